-------------------------------- MODULE Json --------------------------------
(***************************************************************************)
(* Values as JSON texts and files.  Records and functions on strings are   *)
(* JSON objects; tuples, sequences and sets are arrays.                    *)
(***************************************************************************)

\* The JSON text of a value.
\* Example: ToJson(<<1, TRUE>>) = "[1,true]"
ToJson(value) == CHOOSE t \in STRING : TRUE

\* The JSON array of a tuple, a sequence or a set.
\* Example: ToJsonArray(<<1, 2>>) = "[1,2]"
ToJsonArray(value) == CHOOSE t \in STRING : TRUE

\* The JSON object of a record or a function, of a tuple too.
\* Example: ToJsonObject([a |-> 1]) = "{\"a\":1}"
ToJsonObject(value) == CHOOSE t \in STRING : TRUE

\* Writes a value to a file as JSON; true.
JsonSerialize(absoluteFilename, value) == TRUE

\* The value that a JSON file holds; objects are records, arrays tuples.
JsonDeserialize(absoluteFilename) == CHOOSE v : TRUE

\* Writes the elements of a sequence to a file, each as a line of JSON; true.
ndJsonSerialize(absoluteFilename, value) == TRUE

\* The sequence of the values that the lines of such a file hold.
ndJsonDeserialize(absoluteFilename) == CHOOSE v : TRUE
=============================================================================
