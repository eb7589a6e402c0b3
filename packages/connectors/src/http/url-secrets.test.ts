import { expect, test } from '@jest/globals';
import { withoutUrlSecrets } from './url-secrets.js';

test.each([
  ['http://user:pass@h/a', 'http://user:***@h/a'],
  ['https://ghp_1234@h/a?b=c', 'https://***@h/a?b=c'],
  ['postgres://postgres@h/db', 'postgres://postgres@h/db'],
  ['postgres://postgres:postgres@h/db?sslmode=disable', 'postgres://postgres:***@h/db?sslmode=disable'],
  ['postgres://u:pa/ss@w#rd@h/db', 'postgres://u:***@h/db'],
  ['http://h:80/x@y?since=1&api_key=k%2F1&Access%54oken=t#a=b', 'http://h:80/x@y?since=1&api_key=***&Access%54oken=***#a=b'],
  ['a: "http://h/?key=1", b: \'http://u:p@h/?sig=\'', 'a: "http://h/?key=***", b: \'http://u:***@h/?sig=\''],
  [`http://u:\${password}@h/?key=\${key}&x=\${x}`, `http://u:\${password}@h/?key=\${key}&x=\${x}`],
  ['https://a:b@c,https://d:e@f(https://g:h@i)', 'https://a:***@c,https://d:***@f(https://g:***@i)'],
  ['http://h/?next=https://u:p@h2/x&token=t', 'http://h/?next=https://u:***@h2/x&token=***'],
  ['http://h/?auth=https://hooks/x,http://h/#access_token=t&x=1', 'http://h/?auth=***http://h/#access_token=***&x=1'],
  ['no URL: user:pass@h ?key=1', 'no URL: user:pass@h ?key=1'],
])('%s is told as %s', (text, told) => {
  expect(withoutUrlSecrets(text)).toBe(told);
});

test('a long text of what looks like beginnings is looked through once', () => {
  for (const text of ['a-'.repeat(500_000), `http://h/${'?'.repeat(500_000)}`, `x://${'@:'.repeat(300_000)}`]) {
    expect(withoutUrlSecrets(text)).toHaveLength(text.startsWith('x') ? 'x://@:***@:'.length : text.length);
  }
}, 5_000);

test('what stands instead may be as long as the secret', () => {
  expect(withoutUrlSecrets('http://u:pass@h/?key=12', (secret) => '*'.repeat(secret.length))).toBe('http://u:****@h/?key=**');
});
