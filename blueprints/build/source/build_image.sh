#!/usr/bin/env bash
# Builds the backend image from the pinned commit plus the named fixes and pushes it.
# A tag that exists is left alone: tag = commit + fixes version + architecture, and -functions where
# functions run it (FUNCTIONS=true).
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/lib.sh"

if [ "${GIVEN_IMAGE:-none}" != none ]; then
  say "the tasks run $GIVEN_IMAGE, nothing to build"
  exit 0
fi
need SOURCE_REPOSITORY SOURCE_COMMIT IMAGE_REPOSITORY_URI IMAGE_TAG ARCHITECTURE
case $ARCHITECTURE in
  arm64) platform=linux/arm64 ;;
  x86_64) platform=linux/amd64 ;;
  *) fail "ARCHITECTURE must be arm64 or x86_64, not '$ARCHITECTURE'." ;;
esac
# AWS's own list of the authorities that sign RDS certificates, all Regions of the partition.
RDS_CA_URL=${RDS_CA_URL:-https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem}
work=$HERE/work
target="$IMAGE_REPOSITORY_URI:$IMAGE_TAG"

if image_exists "$IMAGE_REPOSITORY_URI" "$IMAGE_TAG"; then
  say "image $IMAGE_TAG is already in the registry, nothing to build"
  exit 0
fi

check_out "$work"
apply_fixes "$work" backend
if [ "${FUNCTIONS:-false}" = true ]; then
  apply_fixes "$work" functions
fi

say "fetching the certificate authorities of Amazon RDS"
retry 4 curl -fsSL -o "$work/backend/rds-ca.pem" "$RDS_CA_URL" || fail "could not fetch $RDS_CA_URL."
# An error page saved as a .pem would only show up as a task that cannot reach its database.
python3 -c 'import ssl, sys; ssl.create_default_context(cafile=sys.argv[1])' \
  "$work/backend/rds-ca.pem" || fail "$RDS_CA_URL is not a list of certificates."

say "building $target for $platform"
# Attestations would turn the tag into an index of two manifests.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
retry 2 docker build --platform "$platform" --file "$work/backend/Dockerfile.production" \
  --tag "$target" "$work/backend" || fail "the image does not build."

say "checking that the backend imports"
docker run --rm --network none "$target" python -c 'import main' \
  || fail "the backend does not import. The last lines above say why."

if [ "${FUNCTIONS:-false}" = true ]; then
  docker run --rm --network none "$target" python -c 'import awslambdaric, boto3, mangum' \
    || fail "the image lacks what functions of AWS Lambda run with."
fi

retry 3 log_in "$IMAGE_REPOSITORY_URI" || fail "could not log in to the registry."
retry 3 docker push "$target" || fail "could not push $target."
say "image pushed: $target"
