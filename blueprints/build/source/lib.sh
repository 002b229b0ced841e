# Shared by the build scripts: words for the log, retries, the checkout, questions to AWS.
# RETRY_DELAY: seconds before the first repetition of a network step; grows with each one.

say() { printf 'solarrally: %s\n' "$*"; }

fail() {
  printf 'solarrally: failed: %s\n' "$*" >&2
  exit 1
}

need() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || fail "the build was started without $name."
  done
}

# retry TIMES COMMAND...: for steps that cross the network.
retry() {
  local times=$1 attempt=1
  shift
  until "$@"; do
    [ "$attempt" -lt "$times" ] || return 1
    say "attempt $attempt of $times did not work, trying again: $1 ${2:-}"
    sleep $((attempt * ${RETRY_DELAY:-5}))
    attempt=$((attempt + 1))
  done
}

# answered PATTERN COMMAND...: true when the command worked, false when AWS said that the thing
# does not exist (PATTERN). Any other refusal ends the build: a missing permission must not look
# like a missing image.
answered() {
  local absent=$1 reply
  shift
  if reply=$("$@" 2>&1); then
    printf '%s' "$reply"
    return 0
  fi
  if grep -qE "$absent" <<<"$reply"; then
    return 1
  fi
  printf '%s\n' "$reply" >&2
  return 2
}

# image_exists REPOSITORY_URI TAG
image_exists() {
  local status=0
  answered 'ImageNotFound' aws ecr describe-images \
    --repository-name "${1#*/}" --image-ids "imageTag=$2" >/dev/null || status=$?
  [ "$status" -lt 2 ] || fail "could not ask the registry about ${1#*/}:$2."
  return "$status"
}

log_in() {
  local registry=${1%%/*}
  aws ecr get-login-password | docker login --username AWS --password-stdin "$registry" >/dev/null
}

fetch_commit() {
  git -C "$1" fetch -q --depth 1 origin "$SOURCE_COMMIT"
}

clone_whole() {
  rm -rf "$1"
  git clone -q "$SOURCE_REPOSITORY" "$1"
}

# check_out FOLDER: the application's repository at exactly SOURCE_COMMIT.
check_out() {
  local folder=$1
  [[ "$SOURCE_COMMIT" =~ ^[0-9a-f]{40}$ ]] || fail "SOURCE_COMMIT must be a full commit id, not '$SOURCE_COMMIT'."
  [[ "$SOURCE_REPOSITORY" =~ ^(https|file)://[A-Za-z0-9._~/:@%+-]+$ ]] || fail "SOURCE_REPOSITORY must be an https address, not '$SOURCE_REPOSITORY'."
  export GIT_TERMINAL_PROMPT=0
  say "fetching $SOURCE_REPOSITORY at $SOURCE_COMMIT"
  rm -rf "$folder"
  git init -q "$folder"
  git -C "$folder" remote add origin "$SOURCE_REPOSITORY"
  # Some servers give out only branch tips; the whole history then has the commit.
  if ! retry 2 fetch_commit "$folder"; then
    say "the server does not give out single commits, cloning the whole repository"
    retry 3 clone_whole "$folder" || fail "could not clone $SOURCE_REPOSITORY."
  fi
  git -C "$folder" -c advice.detachedHead=false checkout -q --detach "$SOURCE_COMMIT" \
    || fail "$SOURCE_REPOSITORY has no commit $SOURCE_COMMIT."
  refuse_left_out "$folder"
}

# refuse_left_out FOLDER: what Git keeps elsewhere is not fetched, and later steps would fail in
# words that say nothing of it.
refuse_left_out() {
  local found
  found=$(git -C "$1" ls-files --stage -- backend frontend | sed -n 's/^160000 [^\t]*\t//p')
  [ -z "$found" ] || fail "the build does not fetch submodules: $(tr '\n' ' ' <<<"$found")"
  found=$(git -C "$1" grep -lI '^version https://git-lfs.github.com/spec/' -- backend frontend) || true
  [ -z "$found" ] || fail "the build does not fetch files from Git LFS: $(tr '\n' ' ' <<<"$found")"
}

# apply_fixes FOLDER backend|frontend|functions
apply_fixes() {
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$HERE" python3 -m fixes "$1" "$2" \
    || fail "the compatibility fixes do not fit this commit. Pin a commit that they fit, or update the fixes."
}
