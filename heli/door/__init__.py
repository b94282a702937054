"""The process in front: takes places and says what is free, and passes everything else on."""
