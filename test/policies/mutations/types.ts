import type { Kind } from "../../../policies/kinds.ts";

/** Types of resources that are mutated and that no policy looks at by itself. */
type Type = Pick<Kind<unknown>, "token">;

export const certificateValidation: Type = { token: "aws:acm/certificateValidation:CertificateValidation" };
export const scalingPolicy: Type = { token: "aws:appautoscaling/policy:Policy" };
export const dashboard: Type = { token: "aws:cloudwatch/dashboard:Dashboard" };
export const logMetricFilter: Type = { token: "aws:cloudwatch/logMetricFilter:LogMetricFilter" };
export const capacityProviders: Type = { token: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders" };
export const keyAlias: Type = { token: "aws:kms/alias:Alias" };
export const mailFeedback: Type = {
  token: "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes",
};
export const mailFrom: Type = { token: "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes" };
export const certificateRequest: Type = { token: "tls:index/certRequest:CertRequest" };
export const hostnameCertificate: Type = {
  token: "cloudflare:index/authenticatedOriginPullsHostnameCertificate:AuthenticatedOriginPullsHostnameCertificate",
};
