/** What stands in the place of a secret. */
const veil = '***';

/** Takes secrets out of texts, the longest first, since one may be a part of another; as they are, and as JSON or a URL would write them. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  if (longestFirst.length === 0) return (text) => text;
  return (text) => longestFirst.reduce((told, secret) => told.replaceAll(secret, veil), text);
}

function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  try {
    forms.push(encodeURIComponent(secret));
  } catch {
    // Half a surrogate pair has no such form.
  }
  return forms;
}
