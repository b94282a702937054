"""Who somebody is: document numbers, names, telephones, and one port for real-name checks."""
