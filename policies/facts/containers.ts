/** What the rules read of a container definition; see "Container definition parameters" in the Amazon ECS guide. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  /** Seconds; ECS on Fargate waits 30 when absent. */
  readonly stopTimeout?: number;
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly logConfiguration?: { readonly logDriver?: string };
}

/**
 * The containers of a task definition.
 *
 * @throws {Error} when `containerDefinitions` is not the JSON of a list, which ECS would refuse too
 */
export function containersOf(props: { readonly containerDefinitions: string }): readonly Container[] {
  const parsed: unknown = JSON.parse(props.containerDefinitions);
  if (!Array.isArray(parsed)) throw new Error("containerDefinitions is no JSON list. Write a list of containers.");
  return parsed as readonly Container[];
}
