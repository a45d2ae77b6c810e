// Remembers what the content security policy stopped.

/** One thing that was stopped. */
export interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly source: string;
}

/** Starts to listen; the list grows. */
export function probePolicy(): readonly Violation[] {
  const violations: Violation[] = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    violations.push({
      directive: event.effectiveDirective,
      blocked: event.blockedURI,
      source: `${event.sourceFile}:${event.lineNumber}`,
    });
  });
  return violations;
}
