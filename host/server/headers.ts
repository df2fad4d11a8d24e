import type { ServerResponse } from 'node:http';

/**
 * Nothing is loaded from elsewhere and no text becomes a program. Inline styles are allowed because plotly and
 * CodeMirror write `style` elements and attributes; they are no programs.
 */
const contentSecurityPolicy = (hosts: ReadonlySet<string>): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ${[...hosts].map((host) => `ws://${host}`).join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** On every answer, refusals included. */
export function setSafetyHeaders(response: ServerResponse, hosts: ReadonlySet<string>): void {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy(hosts),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
