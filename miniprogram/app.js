// Nothing is known of anybody at the start: lib/session.js.
App({});
