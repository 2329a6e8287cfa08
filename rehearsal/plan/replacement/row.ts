/**
 * What makes the provider replace a resource of one type, where it changes nothing in place. Terraform's documentation says
 * "Forces new resource" of most of these arguments, and the provider's source has `ForceNew` or `RequiresReplace` for all.
 */
export interface Replacement {
  /** Where the provider documents the type. */
  readonly source: string;
  /** Inputs that a new value replaces the resource for. */
  readonly properties: readonly string[];
  /** Inputs of which one is set: a new value changes the resource in place, and another one of them replaces it. */
  readonly alternatives?: readonly string[];
}

export type ReplacementTable = Readonly<Record<string, Replacement>>;

/** A row, from the page of Terraform's registry and the inputs, parted by spaces. */
function row(provider: string, page: string, properties: string): Replacement {
  return {
    source: `https://registry.terraform.io/providers/${provider}/latest/docs/resources/${page}`,
    properties: properties.split(" ").filter((property) => property !== ""),
  };
}

/** A row of a type of AWS, which is also replaced for another region. */
export function aws(page: string, properties = ""): Replacement {
  return row("hashicorp/aws", page, `${properties} region`);
}

/** A row of a type of AWS that belongs to no region. */
export function globalAws(page: string, properties = ""): Replacement {
  return row("hashicorp/aws", page, properties);
}

export function postgresql(page: string, properties = ""): Replacement {
  return row("cyrilgdn/postgresql", page, properties);
}

export function vercel(page: string, properties = ""): Replacement {
  return row("vercel/vercel", page, properties);
}

export function random(page: string, properties = ""): Replacement {
  return row("hashicorp/random", page, properties);
}

export function tls(page: string, properties = ""): Replacement {
  return row("hashicorp/tls", page, properties);
}

export function cloudflare(page: string, properties = ""): Replacement {
  return row("cloudflare/cloudflare", page, properties);
}
