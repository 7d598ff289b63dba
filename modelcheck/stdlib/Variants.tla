------------------------------ MODULE Variants ------------------------------
(***************************************************************************)
(* Variants: values that carry a tag, so that values of several types can  *)
(* be elements of one set.  Here a variant is a record of tag and value.   *)
(***************************************************************************)

\* The value for a tag that needs none.
\* Example: UNIT \in STRING
UNIT == "U_OF_UNIT"

\* The value under a tag.
\* Example: Variant("Some", 3) # Variant("None", UNIT)
Variant(tagName, val) == [tag |-> tagName, value |-> val]

\* The tag of a variant.
\* Example: VariantTag(Variant("Some", 3)) = "Some"
VariantTag(variant) == variant.tag

\* The values of those variants in S that have the tag.
\* Example: VariantFilter("A", {Variant("A", 3), Variant("B", TRUE)}) = {3}
VariantFilter(tagName, S) ==
  {variant.value : variant \in {v \in S : v.tag = tagName}}

\* The value of a variant if it has the tag, otherwise defaultVal.
\* Example: VariantGetOrElse("A", Variant("A", 3), 0) = 3
\* Example: VariantGetOrElse("B", Variant("A", 3), 0) = 0
VariantGetOrElse(tagName, variant, defaultVal) ==
  IF variant.tag = tagName THEN variant.value ELSE defaultVal

\* The value of a variant that is known to have the tag.
\* Example: VariantGetUnsafe("A", Variant("A", 3)) = 3
VariantGetUnsafe(tagName, variant) == variant.value
=============================================================================
