// The year under the slider, while it moves. Without this the button shows it.
"use strict";

for (const slider of document.querySelectorAll("input[data-year]")) {
  const said = document.querySelector(`output[for="${slider.id}"]`);
  slider.addEventListener("input", () => { said.value = slider.value; });
}
