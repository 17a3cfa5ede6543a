import ts from "typescript";

/** Attributes that people read, or hear read out. */
const read = new Set(
  "action all alt aria-label aria-roledescription ariaLabel button help hint label more none placeholder text title".split(" "),
);
/** Fields of objects that they read. */
const fields = new Set("aria-label aria-roledescription hint label placeholder text title".split(" "));
/** Functions whose first argument people read, or hear. */
const told = new Set(["announce", "toast"]);
/** Elements whose text is the same in every language. */
const code = new Set(["code", "kbd"]);
/** Names of keys, which `caps` translates; addresses; commands; numbers and their units. */
const free = /^(((Ctrl|Shift|Alt|Del|F\d+|[A-Z]) ?)+|https?:.*|curl .*|v|m?s|[^a-z]*)$/;

/** Words for people that stand in a source, where they can't be translated: each with its line. */
export function literals(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  look(file);
  return found;

  function tell(node: ts.Node, text: string): void {
    if (free.test(text.trim())) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push(`${name}:${line}: ${text.trim().replace(/\s+/g, " ")}`);
  }

  /** What an expression may turn out to be: the words in it, but not those that it compares or calls with. */
  function value(node: ts.Node | undefined): void {
    if (!node) return;
    if (ts.isStringLiteralLike(node)) tell(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      tell(node, [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(" "));
      for (const { expression } of node.templateSpans) value(expression);
    } else if (ts.isConditionalExpression(node)) for (const each of [node.whenTrue, node.whenFalse]) value(each);
    else if (ts.isBinaryExpression(node)) joined(node);
    else if (ts.isParenthesizedExpression(node) || ts.isJsxExpression(node)) value(node.expression);
  }

  function joined({ left, right, operatorToken: { kind } }: ts.BinaryExpression): void {
    const { PlusToken, BarBarToken, QuestionQuestionToken, AmpersandAmpersandToken } = ts.SyntaxKind;
    if ([PlusToken, BarBarToken, QuestionQuestionToken].includes(kind)) value(left);
    if ([PlusToken, BarBarToken, QuestionQuestionToken, AmpersandAmpersandToken].includes(kind)) value(right);
  }

  function look(node: ts.Node): void {
    if (ts.isJsxElement(node) && code.has(node.openingElement.tagName.getText())) return;
    if (ts.isJsxText(node)) tell(node, node.text);
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) value(node.expression);
    else if (ts.isJsxAttribute(node) && read.has(node.name.getText())) value(node.initializer);
    else if (ts.isPropertyAssignment(node) && fields.has(node.name.getText().replace(/"/g, ""))) value(node.initializer);
    else if (ts.isCallExpression(node) && told.has(node.expression.getText())) value(node.arguments[0]);
    ts.forEachChild(node, look);
  }
}
