#!/usr/bin/env bash
# The build stops at a licence that is not on its list, and what ships names its licences and its parts.
# usage, from the repository root and after mvn verify: bash .ci/licences.sh HOME_OF_A_JDK_25
set -euo pipefail

jdk=${1:?the home of a JDK 25}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# MIT is on the list, and SLF4J has no other. A file that is newer than the pom would not be made again.
mv scaler-lambda/target/classes/META-INF/THIRD-PARTY.txt "$work/"
trap 'mv "$work/THIRD-PARTY.txt" scaler-lambda/target/classes/META-INF/; rm -rf "$work"' EXIT
if JAVA_HOME=$jdk mvn -B -ntp -pl scaler-lambda license:add-third-party@licences -Dlicense.allowed='Apache-2.0|BSD-2-Clause|MIT-0' > "$work/log" 2>&1; then
  echo "a forbidden licence passes"; exit 1
fi
grep -q "License: 'MIT' used by" "$work/log" || { tail -n 30 "$work/log"; exit 1; }

for jar in inference/target/inference.jar scaler-lambda/target/scaler-lambda.jar; do
  unzip -p "$jar" META-INF/THIRD-PARTY.txt > "$work/licences"
  grep -q '(MIT) SLF4J API Module' "$work/licences" || { echo "$jar does not name its licences"; exit 1; }
  unzip -p "$jar" META-INF/sbom/application.cdx.json > "$work/sbom"
  node -e '
    const bom = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const unlicensed = bom.components.filter((part) => !part.licenses?.length).map((part) => part.purl);
    if (bom.bomFormat !== "CycloneDX" || bom.components.length < 40 || unlicensed.length > 0) throw new Error(`parts ${bom.components.length}, without a licence ${unlicensed}`);
    console.log(`${process.argv[2]}: ${bom.components.length} parts`);' "$work/sbom" "$jar"
done
unzip -l inference/target/inference.jar > "$work/files"
grep -q 'META-INF/third-party/onnxruntime.*/ThirdPartyNotices.txt' "$work/files" || { echo "the notices of ONNX Runtime are missing"; exit 1; }
