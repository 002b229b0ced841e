#!/usr/bin/env bash
# Builds the web page from the pinned commit plus the named fixes and publishes it.
# Order matters to somebody who has the page open: first the files with a hash in their name,
# then index.html that names them, the marker last. Old hashed files stay, open pages use them.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/lib.sh"

need SOURCE_REPOSITORY SOURCE_COMMIT WEB_BUCKET BUILD_TAG ARTIFACT_BUCKET
work=$HERE/work
page=$work/frontend
marker="frontend/$BUILD_TAG.json"
ABSENT='\(404\)|Not Found|NoSuchKey'

# published: the marker exists and the index.html that is served now is of this very build.
published() {
  local status=0 served
  answered "$ABSENT" \
    aws s3api head-object --bucket "$ARTIFACT_BUCKET" --key "$marker" >/dev/null || status=$?
  [ "$status" -lt 2 ] || fail "could not look for the marker in $ARTIFACT_BUCKET."
  [ "$status" -eq 0 ] || return 1
  served=$(answered "$ABSENT" aws s3api head-object --bucket "$WEB_BUCKET" \
    --key index.html --query 'Metadata."build-tag"' --output text) || status=$?
  [ "$status" -lt 2 ] || fail "could not look for index.html in $WEB_BUCKET."
  [ "$status" -eq 0 ] && [ "$served" = "$BUILD_TAG" ]
}

upload() { retry 3 aws s3 cp --only-show-errors "$@" || fail "could not publish to S3."; }

if published; then
  say "web page $BUILD_TAG is already published, nothing to build"
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

say "publishing to $WEB_BUCKET"
upload --recursive --cache-control 'public,max-age=31536000,immutable' \
  "$page/dist/assets" "s3://$WEB_BUCKET/assets"
upload --recursive --cache-control 'public,max-age=300' \
  --exclude 'assets/*' --exclude index.html "$page/dist" "s3://$WEB_BUCKET"
upload --cache-control no-cache --metadata "build-tag=$BUILD_TAG" \
  "$page/dist/index.html" "s3://$WEB_BUCKET/index.html"

printf '{"build_tag": "%s", "commit": "%s", "repository": "%s"}\n' \
  "$BUILD_TAG" "$SOURCE_COMMIT" "$SOURCE_REPOSITORY" >"$work/marker.json"
upload --content-type application/json "$work/marker.json" "s3://$ARTIFACT_BUCKET/$marker"
say "web page published: $BUILD_TAG"
