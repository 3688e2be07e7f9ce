#!/usr/bin/env node
// Checks that `terraform test` cannot make: they read the sources, the documents that an apply
// renders, and what other folders expect. Node built-ins only.
// usage: check.mjs sources INFRA_DIR | check.mjs rendered STATE.json...
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { spawnSync } from 'node:child_process';

// The Service Authorization Reference lists no resource type for these actions.
const NO_RESOURCE_LEVEL = new Set([
  'autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribePolicies', 'autoscaling:DescribeScalingActivities',
  'cloudwatch:GetMetricData', 'cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'ecs:DiscoverPollEndpoint',
]);
const COMPUTED = 'offline-'; // what the stand-in puts where AWS would decide
const JSON_ATTRIBUTES = ['policy', 'assume_role_policy', 'container_definitions', 'dashboard_body', 'event_pattern'];

let passed = 0;
let failed = 0;
/** One line a check; `problems` is what is wrong, empty when nothing is. */
function report(name, problems) {
  if (problems.length === 0) {
    passed++;
    console.log(`ok    ${name}`);
  } else {
    failed++;
    console.log(`FAIL  ${name}`);
    for (const problem of problems) console.log(`      ${problem}`);
  }
}

// ---- sources -------------------------------------------------------------------------------------

/** The top-level blocks `TYPE "LABEL" {...}` of a formatted file, by label. */
function blocks(text, type) {
  return Object.fromEntries(
    [...text.matchAll(new RegExp(`^${type} "(\\w+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map((match) => [match[1], match[2]]));
}

function sources(infra) {
  const read = (...parts) => fs.readFileSync(path.join(infra, ...parts), 'utf8');
  const list = (folder, end) => (fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith(end)).sort() : []);
  const module = list(infra, '.tf').map((file) => read(file)).join('\n');
  const tests = list(path.join(infra, 'tests'), '.tftest.hcl').map((file) => read('tests', file)).join('\n');
  const variables = blocks(list(infra, '.tf').filter((file) => file.startsWith('variables')).map((file) => read(file)).join('\n'), 'variable');
  const outputs = blocks(read('outputs.tf'), 'output');
  const names = Object.keys(variables);
  const lacks = (pattern) => names.filter((name) => !pattern.test(variables[name]));

  report(`${names.length} variables have a description and a type`, [
    ...lacks(/^ {2}description = ".{20,}"$/m).map((name) => `${name} has no description`),
    ...lacks(/^ {2}type\s+= /m).map((name) => `${name} has no type`),
  ]);
  report('each variable is validated, and its message begins with its name', [
    ...lacks(/^ {2}validation \{$/m).map((name) => `${name} has no validation`),
    ...names.flatMap((name) => [...variables[name].matchAll(/error_message = "(\S+)/g)]
      .filter((message) => message[1].split('.')[0].replace(/[^a-z0-9_].*$/, '') !== name)
      .map((message) => `${name}: a message begins with "${message[1]}"`)),
  ]);
  const refused = new Set([...tests.matchAll(/expect_failures = \[([\s\S]*?)\]/g)].flatMap((match) => [...match[1].matchAll(/var\.(\w+)/g)].map((name) => name[1])));
  report('each variable is seen to refuse a bad value', names.filter((name) => !refused.has(name)).map((name) => `no test expects var.${name} to fail`));
  report(`${Object.keys(outputs).length} outputs have a description`, Object.keys(outputs).filter((name) => !/^ {2}description = ".{10,}"$/m.test(outputs[name])).map((name) => `${name} has none`));
  report('variables and outputs stay in their files', [...module.matchAll(/^(variable|output) "(\w+)"/gm)]
    .filter((match) => !(match[1] === 'variable' ? variables : outputs)[match[2]]).map((match) => `${match[1]} ${match[2]} is elsewhere`));
  const asserts = (tests.match(/^ {2}assert \{$/gm) ?? []).length;
  report(`${asserts} assertions and ${refused.size} refused variables: at least 40`, asserts < 40 ? [`only ${asserts} assertions`] : []);

  const ignored = [...module.matchAll(/^resource "(\w+)" "(\w+)" \{\n([\s\S]*?)^\}/gm)]
    .map((match) => [`${match[1]}.${match[2]}`, match[3].match(/ignore_changes = \[(.*)\]/)?.[1]]).filter(([, what]) => what);
  const expected = {
    'aws_autoscaling_group.hosts': 'desired_capacity, tag',
    'aws_ecs_service.inference': 'desired_count, task_definition, load_balancer',
    'aws_lb_listener.https': 'default_action',
    'aws_lb_listener_rule.grpc': 'action',
    'aws_lb_listener_rule.grpc_test': 'action',
    'aws_lb_listener_rule.production': 'action',
    'aws_lb_listener_rule.test': 'action',
  };
  report('Terraform ignores exactly what the scaler and ECS write', JSON.stringify(Object.fromEntries(ignored.sort())) === JSON.stringify(expected) ? [] : [`seen: ${JSON.stringify(ignored)}`]);
  report('nobody but triggers may invoke the scaler', [
    ...[...module.matchAll(/^resource "(aws_lambda_function_url|aws_lambda_event_source_mapping|aws_appautoscaling_\w+|aws_autoscaling_policy|aws_autoscaling_schedule)" "(\w+)"/gm)].map((match) => `${match[1]}.${match[2]} must not exist`),
    ...(JSON.stringify([...module.matchAll(/^resource "aws_lambda_permission" "(\w+)"/gm)].map((match) => match[1])) === '["alarm","fleet"]' ? [] : ['aws_lambda_permission: only alarm and fleet are tested']),
  ]);

  environment(infra, module);
  documents(infra, list, outputs, variables, module);
}

/** The function's environment and its enum Setting name the same variables. */
function environment(infra, module) {
  const here = [...(module.match(/scaler_environment = \{\n([\s\S]*?)\n {2}\}/)?.[1] ?? '').matchAll(/^\s+LOCKSTEP_(\w+)\s+=/gm)].map((match) => match[1]).sort();
  const setting = path.join(infra, '../scaler-lambda/src/main/java/dev/lockstep/scaler/policy/Setting.java');
  if (!fs.existsSync(setting)) {
    console.log(`skip  the scaler's environment equals Setting.java: scaler-lambda/ is not there yet`);
    return;
  }
  const body = fs.readFileSync(setting, 'utf8').match(/enum Setting \{([\s\S]*?);\n/)?.[1] ?? '';
  const there = [...body.matchAll(/^ {2}([A-Z][A-Z0-9_]*)\b/gm)].map((match) => match[1]).sort();
  report(`the scaler's environment equals Setting.java: ${there.length} variables`, [
    ...(there.length === 0 ? ['Setting.java has no constant: has its form changed?'] : []),
    ...here.filter((name) => !there.includes(name)).map((name) => `LOCKSTEP_${name} is set in scaler.tf, but the function does not know it`),
    ...there.filter((name) => !here.includes(name)).map((name) => `LOCKSTEP_${name} is required by the function, but not set in scaler.tf`),
  ]);
}

/** What README and runbooks say exists, and the diagram is drawn from its source. */
function documents(infra, list, outputs, variables, module) {
  const runbooks = path.join(infra, '../runbooks');
  const pages = [path.join(infra, 'README.md'), ...list(runbooks, '.md').map((file) => path.join(runbooks, file))].filter((page) => fs.existsSync(page));
  const texts = pages.map((page) => [path.relative(path.join(infra, '..'), page), fs.readFileSync(page, 'utf8')]);
  report(`outputs that ${pages.length} page(s) use exist`, texts.flatMap(([page, text]) => [...text.matchAll(/output -(?:raw|json) (\w+)/g)]
    .filter((match) => !outputs[match[1]]).map((match) => `${page}: there is no output ${match[1]}`)));
  report('variables that README.md sets exist', texts.slice(0, 1).flatMap(([page, text]) => [...text.matchAll(/-var '?(\w+)=|^(\w+) += .*$/gm)]
    .map((match) => match[1] ?? match[2]).filter((name) => !variables[name]).map((name) => `${page}: there is no variable ${name}`)));
  report('resources that README.md names exist', texts.slice(0, 1).flatMap(([page, text]) => [...text.matchAll(/\b(aws_\w+)\.(\w+)\b/g)]
    .filter((match) => !module.includes(`resource "${match[1]}" "${match[2]}"`)).map((match) => `${page}: there is no ${match[0]}`)));

  const source = path.join(infra, 'architecture.dot');
  const diagram = fs.readFileSync(source, 'utf8');
  report('resources that the diagram shows exist', [...diagram.matchAll(/\b(aws_\w+)\.(\w+)\b/g)]
    .filter((match) => !module.includes(`resource "${match[1]}" "${match[2]}"`)).map((match) => `${match[0]} is not in the code`));
  const drawn = spawnSync('dot', ['-Tsvg', source], { encoding: 'utf8' });
  if (drawn.error) {
    console.log('skip  the SVG is drawn from its source: install graphviz to check');
    return;
  }
  // Positions differ with fonts and versions; the words and the arrows do not.
  const essence = (svg) => [...svg.matchAll(/<title>(.*?)<\/title>|<text[^>]*>(.*?)<\/text>/g)].map((match) => match[1] ?? match[2]).sort().join('\n');
  report('the SVG is drawn from its source', essence(drawn.stdout) === essence(fs.readFileSync(path.join(infra, 'architecture.svg'), 'utf8')) ? [] : ['run: dot -Tsvg infra/architecture.dot -o infra/architecture.svg']);
}

// ---- rendered ------------------------------------------------------------------------------------

const asList = (value) => (value === undefined ? [] : [].concat(value));

function rendered(file) {
  const variant = path.basename(file, '.json');
  const resources = JSON.parse(fs.readFileSync(file, 'utf8')).values.root_module.resources.filter((resource) => resource.mode === 'managed');
  const of = (...types) => resources.filter((resource) => types.includes(resource.type));

  const parsed = [];
  const broken = [];
  for (const { address, type, values } of resources) {
    for (const attribute of JSON_ATTRIBUTES.filter((name) => typeof values[name] === 'string' && !values[name].startsWith(COMPUTED))) {
      try {
        parsed.push({ address, type, attribute, json: JSON.parse(values[attribute]) });
      } catch (error) {
        broken.push(`${address}.${attribute}: ${error.message}`);
      }
    }
  }
  report(`${variant}: ${parsed.length} rendered documents are JSON`, parsed.length < 20 ? [`only ${parsed.length} found`] : broken);

  const statements = parsed.filter(({ json }) => json.Statement).flatMap(({ address, type, json }) => json.Statement.map((statement) => ({ address, type, ...statement })));
  report(`${variant}: ${statements.length} IAM statements are well formed`, statements.flatMap((statement) => [
    ...(['Allow', 'Deny'].includes(statement.Effect) ? [] : [`${statement.address}: Effect ${statement.Effect}`]),
    ...(asList(statement.Action).length > 0 && asList(statement.Action).every((action) => /^[a-z0-9]+:[A-Za-z*]+$/.test(action)) ? [] : [`${statement.address}: Action ${statement.Action}`]),
    ...(statement.Resource === undefined && statement.Principal === undefined ? [`${statement.address}: neither Resource nor Principal`] : []),
  ]));
  report(`${variant}: each role's statement names its resources`, statements
    .filter((statement) => statement.type === 'aws_iam_role_policy' && asList(statement.Resource).includes('*'))
    .flatMap((statement) => asList(statement.Action).filter((action) => !NO_RESOURCE_LEVEL.has(action)).map((action) => `${statement.address}: ${action} on *`)));
  report(`${variant}: no stranger is a principal`, statements
    .filter((statement) => statement.Effect === 'Allow' && JSON.stringify(statement.Principal ?? '').includes('"*"') && !statement.Condition?.StringEquals?.['kms:CallerAccount'])
    .map((statement) => `${statement.address}: ${statement.Sid}`));

  report(`${variant}: the world reaches 443 and 80 of the load balancer alone`, of('aws_vpc_security_group_ingress_rule')
    .filter(({ address, values }) => (values.cidr_ipv4 || values.cidr_ipv6) && !(address.startsWith('aws_vpc_security_group_ingress_rule.clients[') && [80, 443].includes(values.from_port) && values.from_port === values.to_port))
    .map(({ address }) => `${address} is open`));
  report(`${variant}: everything that can carries the project tag`, resources
    .filter(({ values }) => values.tags_all && values.tags_all.project !== 'lockstep').map(({ address }) => address));

  const boot = Buffer.from(of('aws_launch_template')[0].values.user_data, 'base64').toString();
  const script = spawnSync('bash', ['-n'], { input: boot, encoding: 'utf8' });
  report(`${variant}: the host's first boot is a shell script`, script.status === 0 && boot.startsWith('#!/bin/bash\n') ? [] : [script.stderr]);
}

// ---- what was asked for ------------------------------------------------------------------------------

const [mode, ...files] = process.argv.slice(2);
if (mode === 'sources' && files.length === 1) sources(files[0]);
else if (mode === 'rendered' && files.length > 0) files.forEach(rendered);
else {
  console.error('usage: check.mjs sources INFRA_DIR | check.mjs rendered STATE.json...');
  process.exit(2);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
