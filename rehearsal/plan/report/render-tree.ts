import type { PlannedResource } from "../planned-resource.ts";

/**
 * Draws a plan as its components, each with how many resources it holds and of which kinds.
 *
 * @param listResources whether to name every resource instead of counting kinds
 */
export function renderTree(resources: readonly PlannedResource[], listResources: boolean): string {
  const children = Map.groupBy(
    resources.filter((resource) => resource.parentUrn !== undefined),
    (resource) => resource.parentUrn ?? "",
  );
  const root = resources.find((resource) => resource.parentUrn === undefined && !resource.custom);
  if (root === undefined) return "";
  const lines = [`${root.name}  ${count(managedBelow(root, children))}`];
  draw(root, "", children, listResources, lines);
  return lines.join("\n");
}

type Children = ReadonlyMap<string, readonly PlannedResource[]>;

function draw(parent: PlannedResource, indent: string, children: Children, listResources: boolean, lines: string[]) {
  const below = children.get(parent.urn) ?? [];
  const components = below.filter((resource) => !resource.custom);
  const managed = below.filter((resource) => resource.custom);
  const entries = [...(listResources ? managed.map(listed) : counted(managed)), ...components];
  for (const [index, entry] of entries.entries()) {
    const last = index === entries.length - 1;
    const branch = `${indent}${last ? "└─ " : "├─ "}`;
    if (typeof entry === "string") {
      lines.push(`${branch}${entry}`);
      continue;
    }
    const [, folder, className] = entry.type.split(":");
    lines.push(`${branch}${folder} ${className}  ${count(managedBelow(entry, children))}`);
    draw(entry, `${indent}${last ? "   " : "│  "}`, children, listResources, lines);
  }
}

function listed(resource: PlannedResource): string {
  return `${resource.type} ${resource.name}`;
}

function counted(managed: readonly PlannedResource[]): string[] {
  const byType = Map.groupBy(managed, (resource) => resource.type);
  return [...byType].map(([type, found]) => `${type}${found.length > 1 ? ` × ${found.length}` : ""}`);
}

function managedBelow(resource: PlannedResource, children: Children): number {
  const below = children.get(resource.urn) ?? [];
  return below.reduce((sum, child) => sum + (child.custom ? 1 : managedBelow(child, children)), 0);
}

function count(resources: number): string {
  return resources === 1 ? "1 resource" : `${resources} resources`;
}
