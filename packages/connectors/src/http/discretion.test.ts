import { describe, expect, test } from '@jest/globals';
import { Discretion } from './discretion.js';

const declared = new URL('https://api.example.com/orders?since=2026-01-01&api_key=s3cr3t');
const discretion = new Discretion(
  declared,
  new Headers({
    authorization: 'Bearer abc.def',
    'x-api-key': 'k-1234',
    cookie: 'theme=x; session=cafe01',
    accept: 'application/json',
  }),
);

describe('what errors may tell', () => {
  test('the URL without what the declaration gave, with what paging put in', () => {
    const next = new URL('https://api.example.com/orders?since=2026-01-01&api_key=s3cr3t&page=3&cursor=a%20b&next_token=zzz');
    expect(discretion.shown(next)).toBe(
      'https://api.example.com/orders?since=***&api_key=***&page=3&cursor=a%20b&next_token=***',
    );
    expect(discretion.shown(new URL('https://other.example.com/k-1234/x?session=1#f'))).toBe(
      'https://other.example.com/***/x?session=***',
    );
  });

  test('a text in which the server sends the secrets back', () => {
    const said = 'got Bearer abc.def and abc.def, k-1234, cafe01, s3cr3t, application/json, Bearer';
    expect(discretion.redacted(said)).toBe('got *** and ***, ***, ***, ***, application/json, Bearer');
  });

  test('a text in which the server sends the URL back, however it is encoded', () => {
    const odd = new URL('https://api.example.com/');
    odd.searchParams.set('api_key', 'a/b+c "d" é');
    const told = new Discretion(odd, new Headers({ 'x-tenant': 'x y/z' }));
    const forms = [
      odd.search,
      `?api_key=${encodeURIComponent('a/b+c "d" é')}`,
      JSON.stringify({ key: 'a/b+c "d" é' }),
      '/x%20y/z',
    ];
    expect(told.redacted(forms.join(' '))).toBe('?api_key=*** ?api_key=*** {"key":"***"} /***');
    expect(told.shown(new URL('https://api.example.com/x y/z/1'))).toBe('https://api.example.com/***/1');
  });

  test('the first characters of a text, secrets taken out before it is cut', () => {
    const said = discretion.excerpt(`${'x'.repeat(198)}k-1234${'y'.repeat(50)}`);
    expect(said).toBe(`${'x'.repeat(198)}**…`);
  });
});

describe('who is sent the headers', () => {
  test('the declared origin all of them, others those that hold no credentials', () => {
    expect(discretion.trusts(new URL('https://api.example.com/other'))).toBe(true);
    expect([...discretion.headersFor(true).keys()]).toEqual(['accept', 'authorization', 'cookie', 'x-api-key']);
    for (const other of ['http://api.example.com/', 'https://api.example.com:8443/', 'https://example.com/']) {
      expect(discretion.trusts(new URL(other))).toBe(false);
      expect(discretion.keepsFrom(new URL(other))).toBe(true);
    }
    expect([...discretion.headersFor(false).keys()]).toEqual(['accept']);
    expect(new Discretion(declared, new Headers({ accept: 'x' })).keepsFrom(new URL('http://other/'))).toBe(false);
  });
});
