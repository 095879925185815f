#!/usr/bin/env bash
# Write both lock files from pyproject.toml: `make lock`, or `make lock UPGRADE=--upgrade` for newer versions.
#   requirements.lock      what answering needs: `make ask`, the image
#   requirements-dev.lock  everything: the extras, tests, training
# Every file that may be installed stands in them with its sha256, for every system; pip refuses any other.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$1
shift
# torch for Linux on x86-64 without CUDA, 0.2 GB instead of several, from its maker's own index of such wheels
# (PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu): where pip finds it, it takes it. What the wheel with CUDA
# would need besides is left out.
torch_cpu=6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
cuda="cuda-bindings cuda-toolkit nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvshmem-cu13 triton"

lock() { # FILE, then what goes to uv; setuptools builds the project itself
    "$uv" pip compile pyproject.toml - --quiet --universal --python-version 3.11 --generate-hashes \
        --overrides <(printf '%s; python_version < "3"\n' $cuda) --custom-compile-command "make lock" --no-annotate \
        --output-file "$@" <<<"setuptools>=77"
}

lock requirements-dev.lock --all-extras "$@"
sed -i -e "/$torch_cpu/d" -e "s|^torch==[0-9.]* \\\\\$|&\n    --hash=sha256:$torch_cpu \\\\|" requirements-dev.lock
# pip prefers a wheel whose hash stands in an index to one that lies in a folder: the wheels with CUDA must not be there.
with_cuda='import json, urllib.request
request = urllib.request.Request(
    "https://pypi.org/simple/torch/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
)
for file in json.load(urllib.request.urlopen(request))["files"]:
    if "linux" in file["filename"] and "x86_64" in file["filename"]:
        print(file["hashes"]["sha256"])'
python3 -c "$with_cuda" | while read -r hash; do sed -i "/$hash/d" requirements-dev.lock; done
lock requirements.lock --constraint <(sed -n 's/^\([a-z0-9.-]*==[^ ]*\).*/\1/p' requirements-dev.lock) # the same versions
