// Draws the diagrams of a page. The program for it is large and lies beside this one; pages without a diagram do not load it.
(() => {
  const diagrams = [...document.querySelectorAll('pre > code.mermaid')].map((code) => {
    const place = document.createElement('div');
    place.className = 'diagram';
    const { textContent: source } = code;
    code.parentElement.replaceWith(place);
    return { place, source };
  });
  if (diagrams.length === 0) return;

  const darkOfSystem = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => {
    const { theme } = document.documentElement.dataset;
    return theme === 'dark' || (theme !== 'light' && darkOfSystem.matches);
  };

  let drawn;
  async function draw() {
    const theme = isDark() ? 'dark' : 'neutral';
    if (drawn === theme) return;
    drawn = theme;
    window.mermaid.initialize({ startOnLoad: false, theme, securityLevel: 'strict', fontFamily: 'inherit' });
    for (const [index, { place, source }] of diagrams.entries()) {
      const { svg } = await window.mermaid.render(`diagram-${index}`, source);
      // The theme was changed meanwhile: another call draws.
      if (drawn !== theme) return;
      place.innerHTML = svg;
      // A wide diagram scrolls before its text becomes too small to read.
      const drawing = place.firstElementChild;
      drawing.style.minWidth = `${drawing.viewBox.baseVal.width * 0.75}px`;
    }
  }

  const script = document.createElement('script');
  script.src = new URL(
    'mermaid.js',
    document.querySelector('script[src$="assets/custom.js"], script[src*="assets/custom.js?"]').src,
  ).href;
  script.onload = () => {
    draw();
    darkOfSystem.addEventListener('change', draw);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  };
  document.head.append(script);
})();
