// docs/errors.md: every error code with what its message says, read from the code. `npm run check` fails where the page differs;
// `npm run api` rewrites it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs', 'errors.md');
const folders = ['runtime', 'personalize', 'plugin', 'cli'];
const isCode = (text) => /^[a-z][a-zA-Z0-9]*\/[a-zA-Z0-9-]+$/.test(text);
const isErrorClass = (name) => /^(Head|Shape|Device|Asset|Numeric)Error$/.test(name);

/** A message as it is written, with … for what only the moment knows; undefined for what is no text. */
function written(node) {
  if (ts.isParenthesizedExpression(node)) return written(node.expression);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [written(node.left), written(node.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`;
  }
  return undefined;
}

/** The messages that an argument may be: of both branches of a choice, of a constant beside it. */
function messagesIn(node) {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(messagesIn);
  if (ts.isIdentifier(node)) {
    for (let block = node.parent; block; block = block.parent) {
      const declared = ts.isBlock(block)
        ? block.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations)
        : [];
      const value = declared.find(({ name }) => ts.isIdentifier(name) && name.text === node.text)?.initializer;
      if (value && !ts.isIdentifier(value)) return messagesIn(value);
    }
  }
  const text = written(node);
  return text === undefined || isCode(text) ? [] : [text];
}

/** The function around a node whose parameter gives the code, and that parameter's default. */
function helperAround(node, parameter) {
  for (let at = node.parent; at; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const found = at.parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === parameter);
    const name = at.name ?? (ts.isVariableDeclaration(at.parent) ? at.parent.name : undefined);
    if (found >= 0 && name && ts.isIdentifier(name)) {
      const initial = at.parameters[found].initializer;
      return { name: name.text, index: found, fallback: initial && written(initial) };
    }
  }
  return undefined;
}

/** Without node_modules, where links may lead back here. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return /^(node_modules|dist)$/.test(entry.name) ? [] : filesIn(path);
  });
}

function sourceFiles() {
  return folders
    .flatMap(filesIn)
    .filter((name) => /(?<!\.generated|\.d)\.ts$/.test(name))
    .sort()
    .map((name) => ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest, true));
}

const walk = (node, visit) => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};

/** Code to { kinds, messages }; every `new …Error(code, message)` and every call of a helper that makes one. */
export function errorCodes() {
  const sources = sourceFiles();
  const found = new Map();
  const helpers = new Map();
  const note = (code, kind, messages) => {
    if (!found.has(code)) found.set(code, { kinds: new Set(), messages: new Set() });
    const entry = found.get(code);
    entry.kinds.add(kind);
    for (const message of messages) entry.messages.add(message.replaceAll(/\s+/g, ' ').trim());
  };
  for (const source of sources) {
    walk(source, (node) => {
      if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression)) return;
      const [kind, [first, ...rest]] = [node.expression.text, node.arguments ?? []];
      if (!first) return;
      const code = written(first);
      const looksRight = code !== undefined && isCode(code);
      if (looksRight && /Error$/.test(kind)) return note(code, kind, rest.flatMap(messagesIn));
      if (!isErrorClass(kind)) return;
      if (ts.isConditionalExpression(first)) {
        for (const each of [first.whenTrue, first.whenFalse].map(written)) note(each, kind, rest.flatMap(messagesIn));
      } else if (ts.isIdentifier(first)) {
        const helper = helperAround(node, first.text);
        if (!helper) return;
        helpers.set(helper.name, { ...helper, kind, messages: rest.flatMap(messagesIn) });
        if (helper.fallback) note(helper.fallback, kind, rest.flatMap(messagesIn));
      }
    });
  }
  for (const source of sources) {
    walk(source, (node) => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
      const helper = helpers.get(node.expression.text);
      const code = helper && node.arguments[helper.index] && written(node.arguments[helper.index]);
      if (code && isCode(code)) note(code, helper.kind, helper.messages);
    });
  }
  return found;
}

const kindsInWords = {
  AssetError: 'a file is damaged, foreign, or of an unknown version',
  DeviceError: 'the GPU, or ONNX Runtime on it, is missing, too small or lost',
  HeadError: 'anything else',
  NumericError: 'a number that must be finite is not',
  ShapeError: 'a tensor, image or parameter has the wrong size or range',
};

export function errorPage() {
  const codes = [...errorCodes()].sort(([a], [b]) => (a < b ? -1 : 1));
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const rows = codes.map(
    ([code, { kinds, messages }]) =>
      `| \`${code}\` | ${[...kinds].join(', ')} | ${[...messages].map(cell).join('<br>')} |`,
  );
  return [
    '<!-- Made by scripts/habits/errorIndex.mjs from the code: do not edit. -->',
    '# Error codes',
    '',
    'Every error that is thrown on purpose is a `HeadError` with a `code`. Its message says where it happened, what was expected, what came, and what',
    'to do. `…` stands for what only the moment knows; codes stay the same from version to version, the words may change.',
    '',
    ...Object.entries(kindsInWords).map(([kind, words]) => `- \`${kind}\`: ${words}`),
    '',
    `${codes.length} codes:`,
    '',
    '| Code | Class | Messages |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** @returns what is wrong, one line each */
export function errorIndex() {
  let before = '';
  try {
    before = readFileSync(page, 'utf8');
  } catch {
    // Never written so far: it differs.
  }
  return before === errorPage()
    ? []
    : ['docs/errors.md differs from the errors in the code. Rewrite it by: npm run api'];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, errorPage());
