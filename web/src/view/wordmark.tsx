/** The name as a drawing: a sealed zero, f, c. Whoever shows it says "0fc" beside it for those who don't see it. */
export function Wordmark() {
  return (
    <svg class="wordmark" viewBox="0 0 63 32" aria-hidden="true" focusable="false">
      <rect x="3" y="3" width="17" height="26" rx="8.5" />
      <path class="wordmark-seal" d="M8 21.5 15 10.5" />
      <path d="M41 3.4h-1.6a7 7 0 0 0-7 7V29M27.5 14.6h11.5" />
      <path d="M59.6 16.6A7.6 7.6 0 1 0 59.6 25.4" />
    </svg>
  );
}
