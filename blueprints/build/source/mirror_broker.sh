#!/usr/bin/env bash
# Copies the pinned broker image for the task's architecture into the site's registry, so that a
# task never depends on somebody else's registry. A tag that exists is left alone.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/lib.sh"

need BROKER_REPOSITORY_URI BROKER_SOURCE_IMAGE BROKER_TAG ARCHITECTURE
case $ARCHITECTURE in
  arm64) platform=linux/arm64 ;;
  x86_64) platform=linux/amd64 ;;
  *) fail "ARCHITECTURE must be arm64 or x86_64, not '$ARCHITECTURE'." ;;
esac
target="$BROKER_REPOSITORY_URI:$BROKER_TAG"

if image_exists "$BROKER_REPOSITORY_URI" "$BROKER_TAG"; then
  say "broker image $BROKER_TAG is already in the registry, nothing to mirror"
  exit 0
fi

say "mirroring $BROKER_SOURCE_IMAGE for $platform"
retry 4 docker pull --platform "$platform" "$BROKER_SOURCE_IMAGE" \
  || fail "could not pull $BROKER_SOURCE_IMAGE."
docker tag "$BROKER_SOURCE_IMAGE" "$target"
retry 3 log_in "$BROKER_REPOSITORY_URI" || fail "could not log in to the registry."
retry 3 docker push "$target" || fail "could not push $target."
say "broker image pushed: $target"
