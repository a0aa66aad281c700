# SPDX-License-Identifier: GPL-2.0-or-later
# The templates of configs/ci/: each by a linter of those who read it, their scripts
# by sh, and what they say to mmgauge by its help.
. "$MMGAUGE_SOURCE/tests/lib.sh"
ci=$MMGAUGE_SOURCE/configs/ci
linted=

/usr/bin/python3 -c 'import yaml' 2>/dev/null || {
	echo "needs python3-yaml"
	exit 77
}
/usr/bin/python3 - "$ci" "$scratch" <<'END' || fail "no YAML, or no scripts"
import pathlib, sys, yaml
folder, scratch = map(pathlib.Path, sys.argv[1:])
def scripts(node):
    """What is under the names that these four have for a script."""
    if isinstance(node, list):
        for item in node:
            yield from scripts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "script", "before_script", "after_script", "steps") and (
                    isinstance(value, str) or isinstance(value, list) and
                    all(isinstance(line, str) for line in value)):
                yield value if isinstance(value, str) else "\n".join(value) + "\n"
            else:
                yield from scripts(value)
for path in folder.glob("*.y*ml"):
    found = [text for document in yaml.safe_load_all(path.open()) for text in scripts(document)]
    assert any("mmgauge site" in text for text in found), path
    assert any("mmgauge try" in text or "--fail-on" in text for text in found), path
    for i, text in enumerate(found):
        (scratch / f"{path.stem}-{i}.sh").write_text(text)
END
for script in "$scratch"/*-[0-9]*.sh; do
	sh -n "$script" || fail "${script##*/}: no shell"
	grep -o 'mmgauge [a-z]* [^|;&>]*' "$script" |
		while read -r _ command arguments; do
			help=$scratch/help-$command
			[ -e "$help" ] || "$MMGAUGE" help "$command" >"$help" 2>&1 || {
				echo "$command: no such command" >>"$scratch/unknown"
				continue
			}
			for word in $arguments; do
				case $word in
				-*) grep -q -e "^ .*${word%%=*}[ ,=[]" "$help" ||
					echo "$command: no option $word" >>"$scratch/unknown" ;;
				esac
			done
		done
done
[ ! -e "$scratch/unknown" ] || fail "$(cat "$scratch/unknown")"

# What a LAVA job tells of a run's cells.
"$MMGAUGE" run null.loop pin.fast -p iterations=1000,2000 --boots 1 --max-time 20ms \
	-o "$scratch/new.json" >"$scratch/stdout" 2>"$scratch/stderr" || fail "run: $(cat "$scratch/stderr")"
mkdir "$scratch/bin"
printf '#!/bin/sh\necho "$@"\n' >"$scratch/bin/lava-test-case"
chmod +x "$scratch/bin/lava-test-case"
"$MMGAUGE" export "$scratch/new.json" --format ktap >"$scratch/new.ktap"
echo '  not ok 9 bad[n=1] # invalid: 2, not 1' >>"$scratch/new.ktap"
grep '^sed ' "$scratch"/lava-*.sh >"$scratch/tell.sh"
(cd "$scratch" && PATH=$scratch/bin:$PATH sh tell.sh) >"$scratch/told" 2>&1
grep -q '^null.loop\[iterations=1000\] --result pass$' "$scratch/told" &&
	grep -q '^bad\[n=1\] --result fail$' "$scratch/told" || fail "LAVA is told $(cat "$scratch/told")"
[ -e /dev/mmgauge ] || grep -q '^pin.fast.* --result skip$' "$scratch/told" || fail "LAVA: nothing skipped"
[ "$(grep -c . "$scratch/told")" -eq "$(grep -c '^  \(not \)\{0,1\}ok ' "$scratch/new.ktap")" ] ||
	fail "LAVA is not told of each cell once"

if /usr/bin/python3 -c 'import lava_common.schemas' 2>/dev/null; then
	/usr/bin/python3 - "$ci/lava.yaml" <<'END' || fail "lava.yaml: not what LAVA takes"
import sys, yaml
from lava_common.schemas import validate
job = yaml.safe_load(open(sys.argv[1]))
validate(job, strict=True)
del job["visibility"]
try:
    validate(job, strict=True)
except Exception:
    sys.exit(0)
sys.exit("a job without visibility passed")
END
	linted="$linted lava-common"
fi

# npx PACKAGE...: the folder of their programs; npm keeps them in its cache.
tools() {
	command -v npm >/dev/null || return 1
	mkdir -p "$scratch/npm" && echo '{}' >"$scratch/npm/package.json"
	(cd "$scratch/npm" && timeout 120 npm install --prefer-offline --ignore-scripts --no-fund \
		--no-audit "$@") >"$scratch/npm.log" 2>&1
}
# lint NAME FILE BROKEN COMMAND...: FILE passes, with the sed script BROKEN it fails.
lint() {
	name=$1 file=$2 broken=$3
	shift 3
	"$@" >"$scratch/lint" 2>&1 || fail "$name: $(head -c 1500 "$scratch/lint")"
	sed -i "$broken" "$file"
	"$@" >"$scratch/lint" 2>&1 && fail "$name: passes $broken"
	linted="$linted $name"
}
if tools @action-validator/core@0.6.0 @action-validator/cli@0.6.0 gitlab-ci-local@4.52.0 \
	@ibm/tekton-lint@1.1.0; then
	cd "$scratch/npm"
	bin=$scratch/npm/node_modules/.bin
	cp "$ci"/*.y*ml .
	lint action-validator github-actions.yml s/runs-on/run-on/ \
		"$bin/action-validator" github-actions.yml
	lint tekton-lint tekton.yaml '/workspaces:/,$s/name: kept/name: keep/' \
		"$bin/tekton-lint" tekton.yaml
	git init -q . && git remote add origin https://gitlab.example/linux.git
	git -c user.name=test -c user.email=test commit -q --allow-empty -m test
	lint gitlab-ci-local gitlab-ci.yml 's/^  script:/  scripts:/' \
		"$bin/gitlab-ci-local" --file gitlab-ci.yml --list
else
	echo "GitHub's, GitLab's and Tekton's are not linted: no npm, or no registry:" \
		"$(tail -n 1 "$scratch/npm.log" 2>/dev/null)"
fi
echo "linted by:${linted:- nothing}"
finish
