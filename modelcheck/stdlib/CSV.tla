-------------------------------- MODULE CSV ---------------------------------
(***************************************************************************)
(* Files of separated values, a record a line.                             *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences

\* Adds a line to the file: the template with %1$s, %2$s and so on replaced
\* by the texts of val[1], val[2] and so on; true.
CSVWrite(template, val, file) == TRUE

\* Adds a line of the values of the record to the file, with delim between
\* them; before it, if headers, a line of the record's field names.  True.
CSVWriteRecord(record, delim, headers, file) == TRUE

\* The lines of the file, a sequence of records with the fields columns; the
\* values are strings.
CSVRead(columns, delimiter, file) ==
  CHOOSE s : s \in Seq([{columns[i] : i \in DOMAIN columns} -> STRING])

\* The number of lines of the file, 0 if there is no such file.
CSVRecords(file) == CHOOSE n \in Nat : TRUE
=============================================================================
