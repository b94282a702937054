"""The staff's pages: one plain page for each verb of the hall."""
