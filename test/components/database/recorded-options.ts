import type * as pulumi from "@pulumi/pulumi";

/** Records the options that a component gives its children: the plan keeps only some of them. */
export function recordOptions() {
  const options = new Map<string, pulumi.CustomResourceOptions>();
  const transformation: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${type}|${name}`, opts);
    return undefined;
  };
  const optionsOf = (type: string, name: string) => {
    const found = options.get(`${type}|${name}`);
    if (found === undefined) throw new Error(`No ${type} named ${name} was created.`);
    return found;
  };
  return { transformation, optionsOf, names: () => [...options.keys()] };
}
