import ts from 'typescript';

/** What a module declares at its top level. */
export interface Names {
  readonly values: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

export function namesOf(text: string, fileName: string): Names {
  const values = new Set<string>();
  const types = new Set<string>();
  for (const statement of ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2023).statements) {
    if (ts.isImportDeclaration(statement)) addImported(statement, values, types);
    else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) addBound(name, values);
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) types.add(statement.name.text);
    else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
      if (statement.name !== undefined) values.add(statement.name.text);
    }
  }
  return { values, types };
}

function addImported({ importClause }: ts.ImportDeclaration, values: Set<string>, types: Set<string>): void {
  if (importClause === undefined) return;
  const typesOnly = importClause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const { name, namedBindings } = importClause;
  if (name !== undefined) (typesOnly ? types : values).add(name.text);
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) (typesOnly ? types : values).add(namedBindings.name.text);
  else for (const element of namedBindings.elements) (typesOnly || element.isTypeOnly ? types : values).add(element.name.text);
}

function addBound(name: ts.BindingName, values: Set<string>): void {
  if (ts.isIdentifier(name)) values.add(name.text);
  else for (const element of name.elements) if (ts.isBindingElement(element)) addBound(element.name, values);
}
