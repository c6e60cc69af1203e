namespace CommSharp.Data.Tasks;

/// <summary>What is asked of VCR's questions, and what is answered; in brackets Shikra's name.</summary>
public enum VcrForm
{
    /// <summary>The answer in words (q-a).</summary>
    Answer,

    /// <summary>The reason and the answer in words (q-ra).</summary>
    ReasonAnswer,

    /// <summary>The letter of the answer (qc-a).</summary>
    Choice,

    /// <summary>The reason in words and the letter of the answer (qc-ra).</summary>
    ReasonChoice,

    /// <summary>The reason and the answer in words, and the answer's letter (qc-rac).</summary>
    ReasonAnswerChoice,

    /// <summary>Given the answer, the reason in words (qa-r).</summary>
    GivenAnswerReason,

    /// <summary>Given the answer, the letter of the reason (qac-r).</summary>
    GivenAnswerReasonChoice,

    /// <summary>The answer in words, then asked again, the reason in words (q-a-q-r).</summary>
    AnswerThenReason,

    /// <summary>The letter of the answer, then asked again, the letter of the reason (qc-a-qc-r).</summary>
    ChoiceThenReasonChoice,
}
