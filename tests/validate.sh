# SPDX-License-Identifier: GPL-2.0-or-later
# validate.sh FILE...: hold result files against the JSON Schema.
for file in "$@"; do
	/usr/bin/python3 - "$MMGAUGE_SOURCE/results/schema/mmgauge-result-1.schema.json" \
		"$file" <<'EOF' || exit 1
import json, sys
import jsonschema
schema, document = (json.load(open(name)) for name in sys.argv[1:])
cls = jsonschema.validators.validator_for(schema)
cls.check_schema(schema)
errors = list(cls(schema).iter_errors(document))
for e in errors[:5]:
    print(f"{sys.argv[2]}: /{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}")
sys.exit(bool(errors))
EOF
done
