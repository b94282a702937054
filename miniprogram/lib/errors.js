// What can go wrong between here and the service, each with a sentence for the reader.
//
//   ServiceError
//   ├── Refused     the service said no: `code` of docs/api.md, `facts`, `errors` per field
//   │   └── IdentityNeeded   nobody has proven who they are, or that proof has expired
//   ├── NoNetwork   nothing was sent
//   ├── NoAnswer    sent, and no answer came: it is not known what happened
//   └── Broken      an answer that is none of the service's

/** Anything the service did not do. `sentence`: in the reader's language. */
class ServiceError extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = this.constructor.name;
    this.sentence = sentence;
  }
}

/** The service said no, and nothing was changed. */
class Refused extends ServiceError {
  constructor(status, problem) {
    super(problem.detail);
    const { type: _type, title, detail: _d, code, errors, status: _s, ...facts } = problem;
    Object.assign(this, { status, code, title, facts, errors: errors || [] });
  }

  /** What is wrong with one field, or "". */
  of(field) {
    const found = this.errors.find((error) => error.field === field);
    return found ? found.text : "";
  }
}

class IdentityNeeded extends Refused {}

class NoNetwork extends ServiceError {}

class NoAnswer extends ServiceError {}

class Broken extends ServiceError {}

module.exports = { ServiceError, Refused, IdentityNeeded, NoNetwork, NoAnswer, Broken };
