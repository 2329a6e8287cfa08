import { backupVault, backupVaultLock } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const backupVaultLocked = stackRule({
  name: "backup-vault-locked",
  rule: "A production backup vault is locked, so that nobody deletes its backups early",
  source: "AWS Backup: Vault Lock",
  stages: ["production"],
  kinds: [backupVault, backupVaultLock],
  check({ all }, report) {
    for (const vault of all(backupVault)) {
      if (all(backupVaultLock).some((candidate) => refersTo(candidate, "backupVaultName", vault))) continue;
      report(vault, { found: "no VaultLockConfiguration names it", fix: "lock the vault with a minimum retention" });
    }
  },
});
