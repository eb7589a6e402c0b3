import type { Application, ProjectReflection } from 'typedoc';
import type { PublicPackage } from './entry-points.js';
import { intentionallyNotExported } from './settings.js';

/** Has TypeDoc say what is missing or wrong. It judges exports of one package at a time, the one that the project is called by. */
export function validate(app: Application, project: ProjectReflection, packages: readonly PublicPackage[]): void {
  const all = app.options.getValue('validation');
  app.options.setValue('validation', { ...all, notExported: false });
  app.validate(project);
  const none = Object.fromEntries(Object.keys(all).map((check) => [check, false]));
  app.options.setValue('validation', { ...none, notExported: all.notExported });
  const { packageName = project.name } = project;
  for (const { name } of packages) {
    project.packageName = name;
    app.options.setValue('intentionallyNotExported', [...(intentionallyNotExported[name] ?? [])]);
    app.validate(project);
  }
  project.packageName = packageName;
  app.options.setValue('validation', all);
}
