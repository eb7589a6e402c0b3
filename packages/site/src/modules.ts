import { type Application, type Context, Converter, type DeclarationReflection, normalizePath, ReflectionKind } from 'typedoc';
import type { PublicPackage } from './entry-points.js';

/** Calls modules by what one imports them by, where TypeDoc would by their file. */
export function nameModules(app: Application, packages: readonly PublicPackage[]): void {
  const specifiers = new Map(
    packages.flatMap(({ entryPoints }) => entryPoints.map(({ file, specifier }) => [normalizePath(file) as string, specifier])),
  );
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context: Context, reflection: DeclarationReflection) => {
    if (reflection.kind !== ReflectionKind.Module) return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
    const specifier = file === undefined ? undefined : specifiers.get(file);
    if (specifier !== undefined) reflection.name = specifier;
  });
}
