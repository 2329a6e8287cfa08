#!/usr/bin/env bash
# Commits the named paths on a branch, and opens that branch's pull request into main, or updates both where they are there.
#
#   open-pull-request.sh <branch> <title> <file with the text> <path>...
#
# Environment: GH_TOKEN of an app, APP its slug, REPOSITORY as owner/name. With ADDS=true, what the open pull request changes of the paths
# stays in it, unless it was changed here as well; of a file of lines, *.jsonl, the lines of both stay. Where the paths differ from main in
# nothing, it does nothing.
set -euo pipefail
branch=$1 title=$2 body=$3
shift 3

# git asks gh, which has the token from the environment. So it stands in no file and in no command.
with_token() { git -c credential.helper= -c 'credential.helper=!gh auth git-credential' "$@"; }

gh pr list --repo "$REPOSITORY" --base main --state open --head "$branch" --json number,isCrossRepository > open.json
number="$(node -p 'JSON.parse(require("fs").readFileSync("open.json", "utf8")).find((one) => !one.isCrossRepository)?.number ?? ""')"
there=false
if with_token fetch --quiet --depth=1 origin "refs/heads/$branch" 2> /dev/null; then there=true; fi

if [ "${ADDS:-false}" = true ] && [ -n "$number" ] && "$there"; then
  git ls-tree -r -z --name-only FETCH_HEAD -- "$@" | while IFS= read -r -d '' file; do
    if [ ! -e "$file" ] || { git cat-file -e "HEAD:$file" 2> /dev/null && git diff --quiet HEAD -- "$file"; }; then
      git restore --source=FETCH_HEAD --worktree -- "$file"
    elif [ "${file##*.}" = jsonl ]; then
      # Both have added lines.
      { git show "FETCH_HEAD:$file"; cat "$file"; } | awk '!seen[$0]++' > lines.tmp
      mv lines.tmp "$file"
    fi
  done
fi

git add -- "$@"
if git diff --cached --quiet; then
  echo "Nothing differs from main, so there is nothing to propose."
  exit 0
fi
git switch --quiet --create "$branch"
git -c user.name="${APP}[bot]" -c user.email="${APP}[bot]@users.noreply.github.com" commit --quiet --message "$title"

# The same edit again is not pushed: it would start the checks anew, and take reviews back.
if "$there" && git diff --quiet FETCH_HEAD HEAD -- "$@"; then
  echo "$branch has this already."
else
  with_token push --quiet --force origin "HEAD:refs/heads/$branch"
fi

if [ -n "$number" ]; then
  # Not by gh pr edit, which also asks for projects that an app's token may not read.
  gh api --silent --method PATCH "repos/$REPOSITORY/pulls/$number" -f title="$title" -F body=@"$body"
else
  gh pr create --repo "$REPOSITORY" --base main --head "$branch" --title "$title" --body-file "$body"
fi
