// Sends the page's form as JSON to its own address and says what came of it.
const form = document.querySelector("form");
const said = document.getElementById("said");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.dataset.to, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const body = await answer.json();
    if (answer.ok) {
      form.hidden = true;
      tell(form.dataset.done, false);
    } else {
      const errors = (body.errors || []).map((error) => error.message).join(" ");
      tell(errors || body.detail || "That did not work; try again.", true);
    }
  } catch {
    tell("The server did not answer; try again in a moment.", true);
  }
  button.disabled = false;
});

function tell(text, refused) {
  said.textContent = text;
  said.className = refused ? "refused" : "";
}
