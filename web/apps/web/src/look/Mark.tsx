// The mark of the app: a drop and its rings on still water.

/** Decoration; the name stands beside it. `size` in pixels. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="10" fill="var(--ax-accent)" />
      <g stroke="var(--ax-on-accent)" strokeWidth="2.2" strokeLinecap="round">
        <path d="M8.4 20.4a8.6 8.6 0 0 1 15.2 0" opacity=".55" />
        <path d="M11.6 22.4a5 5 0 0 1 8.8 0" />
      </g>
      <circle cx="16" cy="11" r="2.6" fill="var(--ax-on-accent)" />
    </svg>
  );
}
