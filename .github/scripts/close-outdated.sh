#!/usr/bin/env bash
# Closes the open pull requests from branches of a prefix in this repository, but for one branch, and deletes their branches.
#
#   close-outdated.sh <prefix> <branch that stays, or nothing> <comment>
#
# Environment: GH_TOKEN of an app, REPOSITORY as owner/name.
set -euo pipefail

gh pr list --repo "$REPOSITORY" --base main --state open --limit 200 --json number,headRefName,isCrossRepository > open.json
PREFIX=$1 KEPT=$2 node -p '
  const { PREFIX, KEPT } = process.env;
  const isOutdated = (one) => !one.isCrossRepository && one.headRefName.startsWith(PREFIX) && one.headRefName !== KEPT;
  JSON.parse(require("fs").readFileSync("open.json", "utf8")).filter(isOutdated).map(({ number }) => number).join("\n");
' | while read -r number; do
  if [ -n "$number" ]; then gh pr close "$number" --repo "$REPOSITORY" --delete-branch --comment "$3"; fi
done
