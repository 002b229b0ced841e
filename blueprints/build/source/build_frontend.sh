#!/usr/bin/env bash
# Builds the web page from the pinned commit plus the named fixes and keeps it in the artefact
# bucket, the marker last. solarrally copies it to viewers when the tasks run that it fits, and
# copies an older one back without a build.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/lib.sh"

need SOURCE_REPOSITORY SOURCE_COMMIT BUILD_TAG ARTIFACT_BUCKET
work=$HERE/work
page=$work/frontend
kept="s3://$ARTIFACT_BUCKET/frontend/$BUILD_TAG"
marker="frontend/$BUILD_TAG.json"

# is_kept: the marker exists, and so everything that was kept before it.
is_kept() {
  local status=0
  answered '\(404\)|Not Found|NoSuchKey' \
    aws s3api head-object --bucket "$ARTIFACT_BUCKET" --key "$marker" >/dev/null || status=$?
  [ "$status" -lt 2 ] || fail "could not look for the marker in $ARTIFACT_BUCKET."
  return "$status"
}

upload() { retry 3 aws s3 cp --only-show-errors "$@" || fail "could not write to S3."; }

if is_kept; then
  say "web page $BUILD_TAG is kept already, nothing to build"
  exit 0
fi

check_out "$work"
apply_fixes "$work" frontend

say "installing the packages of the web page"
(cd "$page" && retry 3 npm ci --no-audit --no-fund) || fail "npm ci did not work."
say "building the web page"
(cd "$page" && npm run build) || fail "the web page does not build."
[ -f "$page/dist/index.html" ] || fail "the build made no dist/index.html."
# A page that opens no WebSocket would look alive while it shows invented figures.
grep -rqF '/ws/live' "$page/dist/assets" || fail "the built page never opens /ws/live."
grep -rqF '/api/v1/site' "$page/dist/assets" || fail "the built page never asks for its prices."

say "keeping the page in $ARTIFACT_BUCKET"
upload --recursive --cache-control 'public,max-age=31536000,immutable' \
  "$page/dist/assets" "$kept/assets"
upload --recursive --cache-control 'public,max-age=300' \
  --exclude 'assets/*' --exclude index.html "$page/dist" "$kept"
upload --cache-control no-cache --metadata "build-tag=$BUILD_TAG" \
  "$page/dist/index.html" "$kept/index.html"

printf '{"build_tag": "%s", "commit": "%s", "repository": "%s"}\n' \
  "$BUILD_TAG" "$SOURCE_COMMIT" "$SOURCE_REPOSITORY" >"$work/marker.json"
upload --content-type application/json "$work/marker.json" "s3://$ARTIFACT_BUCKET/$marker"
say "web page kept: $BUILD_TAG"
