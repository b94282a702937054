// All pages at once, those on the stack shown: what the tests load as the mini program.
Component({ data: { stack: [] } });
