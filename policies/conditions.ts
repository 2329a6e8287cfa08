/**
 * Whether the condition of a statement says for whom it holds. Any condition is not enough: `Null`, `StringNotEquals` or a
 * bare `*` let everyone through, and `...IfExists` lets through whoever sends no such key ("IAM JSON policy elements:
 * Condition operators" and "AWS global condition context keys", IAM user guide).
 */
import type { Condition } from "./policy-documents.ts";

const account = /^\d{12}$/;
const organisation = /^o-[a-z0-9]{10,32}$/;
const organisationPath = /^o-[a-z0-9]{10,32}\//;
/** The account must be literal. An ARN of S3 names none, so AWS asks for the account beside it. */
const arnOfAccount = /^arn:aws[a-z-]*:[a-z0-9*-]+:[a-z0-9*-]*:\d{12}:.+$/;

/** Keys that say which resource an AWS service acts for, with the values that name one account or organisation. */
const sourceKeys: Readonly<Record<string, RegExp>> = {
  "aws:sourceaccount": account,
  "aws:sourcearn": arnOfAccount,
  "aws:sourceorgid": organisation,
  "aws:sourceorgpaths": organisationPath,
};

/** Keys that say who calls, or from where. */
const callerKeys: Readonly<Record<string, RegExp>> = {
  "aws:principalaccount": account,
  "aws:principalarn": arnOfAccount,
  "aws:principalorgid": organisation,
  "aws:principalorgpaths": organisationPath,
  "aws:sourceowner": account,
  "aws:sourcevpc": /^vpc-[0-9a-f]+$/,
  "aws:sourcevpce": /^vpce-[0-9a-f]+$/,
  "aws:vpceaccount": account,
  "aws:vpceorgid": organisation,
  "aws:vpceorgpaths": organisationPath,
  "kms:calleraccount": account,
};

/** Operators under which a missing key refuses. `ForAllValues` is left out, because it lets a missing key through. */
const restricting = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i;

/** Whether the condition lets only callers of named accounts, organisations, VPCs or resources through. */
export function namesCallers(condition: Condition): boolean {
  return restricts(condition, { ...sourceKeys, ...callerKeys });
}

/** Whether the condition lets a service through only where it acts for named accounts, organisations or resources. */
export function namesSource(condition: Condition): boolean {
  return restricts(condition, sourceKeys);
}

/** Whether the condition holds only where this key has one of these values. Keys are compared without case, as by IAM. */
export function requiresValue(condition: Condition, key: string, value: RegExp): boolean {
  return restricts(condition, { [key.toLowerCase()]: value });
}

/** Keys of a condition must all hold, so one that restricts is enough. Of a key's values any may hold, so all must. */
function restricts(condition: Condition, keys: Readonly<Record<string, RegExp>>): boolean {
  return Object.entries(condition).some(
    ([operator, tests]) =>
      restricting.test(operator) &&
      Object.entries(tests).some(([key, given]) => {
        const form = keys[key.toLowerCase()];
        const values = Array.isArray(given) ? given : [given];
        return form !== undefined && values.length > 0 && values.every((value) => form.test(String(value)));
      }),
  );
}
