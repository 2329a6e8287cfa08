/** What receivers do with mail that fails DMARC. */
export type DmarcPolicy = "none" | "quarantine" | "reject";

/**
 * The DMARC record's text (RFC 7489, section 6.3).
 *
 * Alignment is relaxed: SES sends with a MAIL FROM domain below the sending domain, which strict SPF alignment would
 * refuse.
 *
 * @param reportAddress where receivers send aggregate reports. Outside the sending domain's own organisation, that
 * domain must publish a record that it takes them (RFC 7489, section 7.1)
 */
export function dmarcRecord({ policy, reportAddress }: { policy: DmarcPolicy; reportAddress: string }): string {
  return `v=DMARC1; p=${policy}; rua=mailto:${reportAddress}; adkim=r; aspf=r`;
}
