/** The CSRF token of the page, from `<meta name="csrf-token">`. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** The `detail` of an RFC 9457 problem document, or undefined when `body` is none. */
export function problemText(body: string): string | undefined {
  try {
    const detail: unknown = (JSON.parse(body) as Record<string, unknown> | null)?.detail;
    return typeof detail === "string" ? detail : undefined;
  } catch {
    return undefined;
  }
}
