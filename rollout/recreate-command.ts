/**
 * The line that creates again what was deleted from AWS by hand, and updates what names it. It targets that resource: a
 * plain `--refresh` reads everything, and what is inside the database can be read only through a tunnel and with a password.
 *
 * The rules know no stage, so the line ends with `<stage>`; see `namingStage`.
 *
 * @param type the end of the resource's type token, such as `aws:ecs/service:Service`
 * @param logicalName its logical name; `*` stands for any part of it
 */
export function recreateCommand(type: string, logicalName: string): string {
  return `npx pulumi up --refresh --target '**${type}::${logicalName}' --target-dependents --stack <stage>`;
}

/** The logical name of a resource that Pulumi named in AWS: it appends a hyphen and seven random hexadecimal digits. */
export function logicalNameOf(physicalName: string): string {
  return physicalName.replace(/-[0-9a-f]{7}$/, "");
}
