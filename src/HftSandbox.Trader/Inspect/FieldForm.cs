namespace HftSandbox.Trader.Inspect;

/// <summary>How the bytes of a field are shown; follows from the field's declared type.</summary>
public enum FieldForm
{
    /// <summary>Bytes, as hex digits in the order in which they lie.</summary>
    Hex,

    /// <summary>An integer of 1, 2, 4 or 8 bytes.</summary>
    Unsigned,

    /// <summary>A signed integer of 8 bytes; units are their mantissa.</summary>
    Signed,

    /// <summary>A signed integer of 16 bytes; as JSON a string, because no JSON reader keeps 128 bits.</summary>
    Wide,

    /// <summary>An enum: the name, or the number of a value that has none.</summary>
    Name,

    /// <summary>The names of the bits that are set.</summary>
    Flags,

    /// <summary>An instrument id: the instrument's name.</summary>
    Instrument,

    /// <summary>An <see cref="HftSandbox.Events.Id16"/>: 32 hex digits.</summary>
    Id,

    /// <summary>UTF-8 up to the first zero byte.</summary>
    Text,
}
