/** Name of the Pulumi project, and so the namespace of every key of ours in a stack file: `celebrant-portal:liveColour`. */
export const projectName = "celebrant-portal";
