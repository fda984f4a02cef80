/** The mark: a sundial's arc and the pointer that stays put. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 17.5a8 8 0 0 1 16 0" fill="none" stroke="var(--text)" strokeWidth="1.6" strokeLinecap="round" />
      <path d="M11 17.5 16.6 4.5" stroke="var(--pointer)" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M2 17.5h18" stroke="var(--text)" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}
