// A token that a person typed is kept by this tab alone, and forgotten with it.
"use strict";

const tabToken = {
  get: () => sessionStorage.getItem("evce-token") || "",
  set: (token) => { if (token) sessionStorage.setItem("evce-token", token); else sessionStorage.removeItem("evce-token"); },
};
