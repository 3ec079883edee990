import { describe, expect, it } from 'vitest';
import { deskCsp } from './desk-csp.ts';

const directive = (csp: string, name: string) => csp.split('; ').find((part) => part.startsWith(`${name} `));

describe('the content security policy of the desk', () => {
  it('lets the page talk to its server and to nobody else', () => {
    const csp = deskCsp('http://127.0.0.1:40123', null);
    expect(directive(csp, 'connect-src')).toBe('connect-src http://127.0.0.1:40123 ws://127.0.0.1:40123');
  });

  it('keeps to the encrypted protocols where the server does', () => {
    expect(directive(deskCsp('https://core.example:443', null), 'connect-src')).toBe(
      'connect-src https://core.example wss://core.example',
    );
  });

  it('lets the page talk to nobody while there is no server', () => {
    expect(directive(deskCsp(null, null), 'connect-src')).toBe("connect-src 'none'");
  });

  it('runs the own files only, nothing inline and nothing evaluated', () => {
    const csp = deskCsp('http://127.0.0.1:4310', null);
    expect(csp).not.toMatch(/unsafe|\*|https?:(?!\/\/127)/);
    expect(directive(csp, 'default-src')).toBe("default-src 'none'");
    expect(directive(csp, 'script-src')).toBe("script-src 'self'");
  });

  it('gives way to hot reload on the machine of whoever works on it, and to nothing else', () => {
    const csp = deskCsp('http://127.0.0.1:4310', { url: 'http://127.0.0.1:5173' });
    expect(directive(csp, 'connect-src')).toBe(
      'connect-src http://127.0.0.1:4310 ws://127.0.0.1:4310 http://127.0.0.1:5173 ws://127.0.0.1:5173',
    );
    expect(directive(csp, 'script-src')).toBe("script-src 'self' 'unsafe-inline'");
    expect(directive(csp, 'default-src')).toBe("default-src 'none'");
  });

  it('takes the origin of the address and not what hangs on it', () => {
    expect(deskCsp('http://127.0.0.1:4310/x; script-src *#code=1', null)).toBe(deskCsp('http://127.0.0.1:4310', null));
  });
});
