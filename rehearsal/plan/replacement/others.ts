import { cloudflare, postgresql, type ReplacementTable, random, tls, vercel } from "./row.ts";

const noReplacement = { source: "https://www.pulumi.com/docs/iac/concepts/resources/providers/", properties: [] };

/** Types of the other providers, and the providers themselves: all that a provider made is replaced with it. */
export const othersReplacements: ReplacementTable = {
  "cloudflare:index/dnsRecord:DnsRecord": cloudflare("dns_record", "type zoneId"),
  "cloudflare:index/authenticatedOriginPulls:AuthenticatedOriginPulls": cloudflare(
    "authenticated_origin_pulls",
    "zoneId",
  ),
  "cloudflare:index/authenticatedOriginPullsHostnameCertificate:AuthenticatedOriginPullsHostnameCertificate":
    cloudflare("authenticated_origin_pulls_hostname_certificate", "certificate privateKey zoneId"),
  "cloudflare:index/zoneSetting:ZoneSetting": cloudflare("zone_setting", "settingId zoneId"),
  "postgresql:index/database:Database": postgresql("postgresql_database", "encoding lcCollate lcCtype template"),
  "postgresql:index/defaultPrivileges:DefaultPrivileges": postgresql(
    "postgresql_default_privileges",
    "database objectType owner role schema withGrantOption",
  ),
  "postgresql:index/grant:Grant": postgresql(
    "postgresql_grant",
    "columns database objectType objects role schema withGrantOption",
  ),
  "postgresql:index/role:Role": postgresql("postgresql_role"),
  "pulumi:providers:aws": { ...noReplacement, properties: ["region"] },
  "pulumi:providers:postgresql": noReplacement,
  "random:index/randomId:RandomId": random("id", "byteLength keepers prefix"),
  "random:index/randomPassword:RandomPassword": random(
    "password",
    "keepers length lower minLower minNumeric minSpecial minUpper number numeric overrideSpecial special upper",
  ),
  "tls:index/certRequest:CertRequest": tls(
    "cert_request",
    "dnsNames ipAddresses privateKeyPem privateKeyPemWoVersion subject uris",
  ),
  "tls:index/locallySignedCert:LocallySignedCert": tls(
    "locally_signed_cert",
    "allowedUses caCertPem caPrivateKeyPem caPrivateKeyPemWoVersion certRequestPem isCaCertificate maxPathLength setSubjectKeyId validityPeriodHours",
  ),
  "tls:index/privateKey:PrivateKey": tls("private_key", "algorithm ecdsaCurve rsaBits"),
  "tls:index/selfSignedCert:SelfSignedCert": tls(
    "self_signed_cert",
    "allowedUses dnsNames ipAddresses isCaCertificate maxPathLength privateKeyPem privateKeyPemWoVersion setAuthorityKeyId setSubjectKeyId subject uris validityPeriodHours",
  ),
  "vercel:index/project:Project": vercel("project", "teamId"),
  "vercel:index/projectDomain:ProjectDomain": vercel("project_domain", "domain projectId teamId"),
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": vercel(
    "project_environment_variable",
    "customEnvironmentIds key projectId sensitive teamId",
  ),
  "vercel:index/projectRollingRelease:ProjectRollingRelease": vercel("project_rolling_release"),
};
