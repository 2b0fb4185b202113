// Light, dark, or as the system has it; what somebody chose is kept where the browser allows it.
const whenThemeChanges = [];

function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  for (const button of all("[data-choose-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.chooseTheme === theme));
  }
  for (const act of whenThemeChanges) act();
}

function startThemes() {
  let kept = null;
  try {
    kept = localStorage.getItem("mltrack-report-theme");
  } catch { /* the browser keeps nothing for files */ }
  if (["light", "dark"].includes(kept)) chooseTheme(kept);
  for (const button of all("[data-choose-theme]")) {
    button.addEventListener("click", () => {
      chooseTheme(button.dataset.chooseTheme);
      try {
        localStorage.setItem("mltrack-report-theme", button.dataset.chooseTheme);
      } catch { /* as above */ }
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const act of whenThemeChanges) act();
  });
}

// Paper is white whatever the screen is; the theme comes back once all is printed.
function lightenForPaper() {
  const { dataset } = document.documentElement;
  const shown = dataset.theme;
  const become = (theme) => {
    dataset.theme = theme;
    for (const act of whenThemeChanges) act();
  };
  become("light");
  addEventListener("afterprint", () => become(shown), { once: true });
}

// Returns the colour that a class has in the theme of the moment.
function colourOf(name) {
  const probe = byId("probe") || document.body.appendChild(element("i", { id: "probe" }));
  probe.className = name;
  return getComputedStyle(probe).color;
}
