"""Layers of the decoder that are put together wrongly: who asks, who answers, norms, residuals, masks, dropout."""

import torch
from DecoderLayer import DecoderLayer
from torch import nn
from torch.nn import functional

from attnlab.content import misconception


class NotScaled(nn.Dropout):
    def forward(self, x):
        return super().forward(x) * (1 - self.p) if self.training else x


class Layer(DecoderLayer):
    """Right, in three steps, each of which can be got wrong by itself."""

    def forward(self, x, memory, mask, memory_mask):
        x = self.look_around(x, mask)
        x, weights = self.look_up(x, memory, memory_mask)
        return self.think(x), weights

    def look_around(self, x, mask):
        return x + self.dropout(self.around(self.norm_1(x), mask)[0])

    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights

    def think(self, x):
        return x + self.dropout(self.network(self.norm_3(x)))

    def around(self, x, mask):
        return self.self_attention(x, x, x, mask)

    def network(self, x):
        return self.W_2(torch.relu(self.W_1(x)))


@misconception(
    tell="In your cross-attention the source asks and the target answers: query is the memory, key and value are x.",
    ask="Who needs to know something here, the word being written or the sentence that is there already?",
    hint=2,
)
class queries_from_the_encoder(Layer):
    def look_up(self, x, memory, memory_mask):
        normalised = self.norm_2(x)
        looked_up, weights = self.cross_attention(memory, normalised, normalised, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="Your keys come from the target, so a word is found by what stands in the translation, not in the source.",
    ask="The weights say which word of the source fits. What must the query be compared with?",
    hint=2,
)
class keys_from_the_decoder(Layer):
    def look_up(self, x, memory, memory_mask):
        normalised = self.norm_2(x)
        looked_up, weights = self.cross_attention(normalised, normalised, memory, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="Your values come from the target: the weights point at the source, but what is fetched is the target's.",
    ask="Once the right word of the source is found, what do you want to carry away?",
    hint=2,
)
class values_from_the_decoder(Layer):
    def look_up(self, x, memory, memory_mask):
        normalised = self.norm_2(x)
        looked_up, weights = self.cross_attention(normalised, memory, normalised, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="Your cross-attention looks at the target once more: memory is never used.",
    ask="Where in your forward does the source sentence come in?",
    hint=2,
)
class keys_and_values_from_the_decoder(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(*[self.norm_2(x)] * 3, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="The memory is averaged into one vector before anyone looks at it: the bottleneck of lesson 01 is back.",
    ask="How many keys can a query choose from in your cross-attention?",
    hint=2,
)
class pooled_memory(Layer):
    def look_up(self, x, memory, memory_mask):
        return super().look_up(x, memory.mean(dim=1, keepdim=True), None)


@misconception(
    tell="You cut the source to the length of the target.",
    ask="A short translation of a long sentence: which words of the source can it never look at?",
)
class equal_lengths_assumed(Layer):
    def look_up(self, x, memory, memory_mask):
        length = x.shape[1]
        cut = None if memory_mask is None else memory_mask[..., :length]
        return super().look_up(x, memory[:, :length], cut)


@misconception(
    tell="The residual of your cross-attention adds the memory instead of x: the stream changes over to the source.",
    ask="Whose sentence runs through the decoder's stream, and what is only looked at?",
    hint=2,
)
class residual_adds_memory(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        memory = memory[:, : x.shape[1]] if memory.shape[1] > x.shape[1] else memory
        return memory + self.dropout(looked_up), weights


@misconception(
    tell="You normalise the memory inside the layer. It is used as it comes.",
    ask="Which three norms does the layer have, and in front of which sublayer does each stand?",
    hint=2,
)
class memory_normalised(Layer):
    def look_up(self, x, memory, memory_mask):
        return super().look_up(x, self.norm_2(memory), memory_mask)


@misconception(
    tell="The weights you return are the self-attention's: who in the target looks where in the target.",
    ask="Somebody wants to draw which source word each target word was made from. Which weights would they need?",
    hint=3,
)
class self_weights_returned(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, mask, memory_mask)[0], self.around(self.norm_1(x), mask)[1]


@misconception(
    tell="The self-attention gives back a pair, context and weights, and your layer goes on with the pair.",
    ask="What are the two things on the last line of MultiHeadAttention, and which of them is added to x?",
    hint=3,
)
class pair_taken_for_the_context(Layer):
    def look_around(self, x, mask):
        return x + self.dropout(self.around(self.norm_1(x), mask))


@misconception(
    tell="You return the weights first and x second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
    hint=3,
)
class weights_returned_first(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x, weights = super().forward(x, memory, mask, memory_mask)
        return weights, x


@misconception(
    tell="You return x alone: the cross-attention's weights are computed and thrown away.",
    ask="Somebody wants to draw where the decoder looked. What would they need from you?",
    hint=3,
)
class only_x_returned(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, mask, memory_mask)[0]


@misconception(
    tell="You average the weights over the heads.",
    ask="Which axes does the Shapes block give the weights?",
)
class weights_averaged(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x, weights = super().forward(x, memory, mask, memory_mask)
        return x, weights.mean(dim=1)


@misconception(
    tell="The two masks have changed places: the source's padding is hidden in the target, the future in the source.",
    ask="Each mask's last axis counts what is looked at. What is looked at in each of the two attentions?",
    hint=3,
)
class masks_swapped(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, memory_mask, mask)


@misconception(
    tell="The target's mask lies on the source's keys: a word early in the translation may not see the source's end.",
    ask="Which mask knows where the source has words? Must a translator wait before reading the whole sentence?",
    hint=2,
)
class target_mask_on_the_source(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, mask, mask)


@misconception(
    tell="The cross-attention gets both masks at once: what is not written yet is hidden in the source as well.",
    ask="Must a translator wait before reading the whole sentence?",
    hint=3,
)
class masks_combined_on_the_source(Layer):
    def forward(self, x, memory, mask, memory_mask):
        combined = mask if memory_mask is None else memory_mask if mask is None else mask & memory_mask
        return super().forward(x, memory, mask, combined)


@misconception(
    tell="memory_mask lies on the target as well: the target's own mask is never used.",
    ask="Which mask knows what is not written yet?",
    hint=3,
)
class source_mask_on_the_target(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, memory_mask, memory_mask)


@misconception(
    tell="memory_mask is never used: the target looks at the source's padding.",
    ask="Which of your four arguments does no line use?",
    hint=3,
)
class memory_mask_ignored(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, mask, None)


@misconception(
    tell="mask is never used: every word of the target looks at every other, also at those not written yet.",
    ask="Which of your four arguments does no line use?",
    hint=3,
)
class target_mask_ignored(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, None, memory_mask)


@misconception(
    tell="Neither mask is used.",
    ask="Which of your four arguments does no line use?",
    hint=3,
)
class masks_ignored(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return super().forward(x, memory, None, None)


@misconception(
    tell="The masks are turned around: you hide what may be looked at and look at what is hidden.",
    ask="What does True mean in a mask of this course?",
)
class masks_inverted(Layer):
    def forward(self, x, memory, mask, memory_mask):
        mask, memory_mask = (None if either is None else ~either for either in (mask, memory_mask))
        return super().forward(x, memory, mask, memory_mask)


@misconception(
    tell="The first sentence's masks serve the whole batch.",
    ask="Are all sentences of a batch equally long?",
)
class masks_of_the_first_sentence(Layer):
    def forward(self, x, memory, mask, memory_mask):
        mask = mask[:1] if mask is not None and mask.ndim == 4 else mask
        return super().forward(x, memory, mask, None if memory_mask is None else memory_mask[:1])


@misconception(
    tell="The first head's masks serve all heads.",
    ask="A mask may have an axis for the heads. Which entry of it does your code take?",
)
class masks_of_the_first_head(Layer):
    def forward(self, x, memory, mask, memory_mask):
        mask = mask[:, :1] if mask is not None and mask.ndim == 4 else mask
        return super().forward(x, memory, mask, None if memory_mask is None else memory_mask[:, :1])


@misconception(
    tell="There is no residual around the self-attention: what it makes replaces x instead of being added to it.",
    ask="How does x get past the first sublayer?",
    hint=3,
)
class residual_missing_around_self_attention(Layer):
    def look_around(self, x, mask):
        return self.dropout(self.around(self.norm_1(x), mask)[0])


@misconception(
    tell="There is no residual around the cross-attention: what it fetches replaces x instead of being added to it.",
    ask="After looking at the source, what does the decoder still know of what it has written?",
    hint=3,
)
class residual_missing_around_cross_attention(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        return self.dropout(looked_up), weights


@misconception(
    tell="There is no residual around the feed-forward network: what it makes replaces x instead of being added to it.",
    ask="How does x get past the last sublayer?",
    hint=3,
)
class residual_missing_around_feed_forward(Layer):
    def think(self, x):
        return self.dropout(self.network(self.norm_3(x)))


@misconception(
    tell="There are no residuals: each sublayer's result replaces x.",
    ask="The gradient of a sum is the sum of the gradients. What has to be added for it to find a way past a sublayer?",
    hint=3,
)
class residuals_missing(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = self.dropout(self.around(self.norm_1(x), mask)[0])
        x, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        return self.dropout(self.network(self.norm_3(self.dropout(x)))), weights


@misconception(
    tell="Every residual adds the x that came into the layer: what the sublayers before have added is lost.",
    ask="What is in the stream when the last sublayer's turn comes?",
    hint=3,
)
class residuals_from_the_start(Layer):
    def forward(self, x, memory, mask, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(self.look_around(x, mask)), memory, memory, memory_mask)
        return x + self.dropout(self.network(self.norm_3(x + self.dropout(looked_up)))), weights


@misconception(
    tell="You write x = norm(x), so the normalised tensor becomes the stream, and the residual adds to that.",
    ask="Which x should come back out of the layer if no sublayer added anything?",
    hint=3,
)
class normalised_becomes_the_residual(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = self.norm_1(x)
        x = self.norm_2(x + self.dropout(self.around(x, mask)[0]))
        looked_up, weights = self.cross_attention(x, memory, memory, memory_mask)
        x = self.norm_3(x + self.dropout(looked_up))
        return x + self.dropout(self.network(x)), weights


@misconception(
    tell="You normalise after adding, as in the first Transformer: that is post-norm. Here the norm comes before.",
    ask="In x + dropout(sublayer(norm(x))), does the stream itself ever go through a norm?",
    hint=3,
)
class post_norm(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = self.norm_1(x + self.dropout(self.around(x, mask)[0]))
        looked_up, weights = self.cross_attention(x, memory, memory, memory_mask)
        x = self.norm_2(x + self.dropout(looked_up))
        return self.norm_3(x + self.dropout(self.network(x))), weights


@misconception(
    tell="You normalise what a sublayer made, before adding it. The norm belongs in front of the sublayer.",
    ask="What do the sublayers read in your layer when the numbers in the stream have grown large?",
    hint=3,
)
class norm_of_what_is_added(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = x + self.dropout(self.norm_1(self.around(x, mask)[0]))
        looked_up, weights = self.cross_attention(x, memory, memory, memory_mask)
        x = x + self.dropout(self.norm_2(looked_up))
        return x + self.dropout(self.norm_3(self.network(x))), weights


@misconception(
    tell="The self-attention reads x as it is: norm_1 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class first_norm_missing(Layer):
    def look_around(self, x, mask):
        return x + self.dropout(self.around(x, mask)[0])


@misconception(
    tell="The cross-attention's query is x as it is: norm_2 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class second_norm_missing(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(x, memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="The feed-forward network reads x as it is: norm_3 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class third_norm_missing(Layer):
    def think(self, x):
        return x + self.dropout(self.network(x))


@misconception(
    tell="Nothing is normalised: all three sublayers read x as it is.",
    ask="Six layers of three sublayers each add something to x. What numbers does the last one read?",
    hint=3,
)
class norms_missing(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = x + self.dropout(self.around(x, mask)[0])
        looked_up, weights = self.cross_attention(x, memory, memory, memory_mask)
        x = x + self.dropout(looked_up)
        return x + self.dropout(self.network(x)), weights


@misconception(
    tell="norm_1 serves all sublayers; norm_2 and norm_3 are never used.",
    ask="Each norm has a gain and a bias that suit the sublayer behind it. Which ones are behind norm_2 and norm_3?",
    hint=3,
)
class one_norm_for_all(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_1(x), memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights

    def think(self, x):
        return x + self.dropout(self.network(self.norm_1(x)))


@misconception(
    tell="norm_2 and norm_3 have changed places.",
    ask="They are numbered in the order in which they are used. Which is used second?",
    hint=3,
)
class last_norms_swapped(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_3(x), memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights

    def think(self, x):
        return x + self.dropout(self.network(self.norm_2(x)))


@misconception(
    tell="norm_1 is used again before the cross-attention; norm_2 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class first_norm_for_the_cross_attention(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_1(x), memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="norm_2 is used again before the feed-forward network; norm_3 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class second_norm_for_the_feed_forward(Layer):
    def think(self, x):
        return x + self.dropout(self.network(self.norm_2(x)))


@misconception(
    tell="norm_3 stands once more at the end, where there is no norm: the stream itself goes through it.",
    ask="Which x should come back out of the layer if all sublayers added nothing?",
    hint=3,
)
class one_more_norm_at_the_end(Layer):
    def think(self, x):
        return self.norm_3(super().think(x))


@misconception(
    tell="The cross-attention's query is still the norm_1 of the x that came in: it knows nothing of what the "
    "self-attention added.",
    ask="What has happened to the stream since you normalised it?",
    hint=3,
)
class query_from_before_the_self_attention(Layer):
    def forward(self, x, memory, mask, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_1(x), memory, memory, memory_mask)
        return self.think(self.look_around(x, mask) + self.dropout(looked_up)), weights


@misconception(
    tell="The cross-attention, with norm_2, comes before the self-attention, with norm_1.",
    ask="Which sublayer of the lesson's picture does x meet first?",
    hint=3,
)
class cross_attention_first_with_its_own_norm(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x, weights = self.look_up(x, memory, memory_mask)
        return self.think(self.look_around(x, mask)), weights


@misconception(
    tell="The cross-attention comes before the self-attention.",
    ask="Which sublayer of the lesson's picture does x meet first?",
    hint=3,
)
class cross_attention_first(Layer):
    def forward(self, x, memory, mask, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_1(x), memory, memory, memory_mask)
        x = x + self.dropout(looked_up)
        return self.think(x + self.dropout(self.around(self.norm_2(x), mask)[0])), weights


@misconception(
    tell="The feed-forward network comes before the cross-attention, not after it.",
    ask="First look, then think about what was seen. What has the decoder not seen yet when yours thinks?",
    hint=3,
)
class feed_forward_before_cross_attention(Layer):
    def forward(self, x, memory, mask, memory_mask):
        return self.look_up(self.think(self.look_around(x, mask)), memory, memory_mask)


@misconception(
    tell="All sublayers read the x that came in: none sees what another has added.",
    ask="What is in the stream when the cross-attention's turn comes?",
    hint=3,
)
class sublayers_side_by_side(Layer):
    def forward(self, x, memory, mask, memory_mask):
        looked_up, weights = self.look_up(x, memory, memory_mask)
        return self.look_around(x, mask) + looked_up + self.think(x) - 2 * x, weights


@misconception(
    tell="There is no self-attention: the target's words look at the source, but never at each other.",
    ask="Why does a translator remember what is already written?",
    hint=3,
)
class self_attention_missing(Layer):
    def look_around(self, x, mask):
        return x


@misconception(
    tell="The layer ends after the cross-attention: there is no feed-forward network.",
    ask="What are W_1, W_2 and norm_3 for?",
    hint=3,
)
class feed_forward_missing(Layer):
    def think(self, x):
        return x


@misconception(
    tell="self_attention's matrices look at the source as well; cross_attention is never used.",
    ask="Does looking for an earlier word need the same question as looking for a word of the source?",
    hint=3,
)
class one_attention_for_both(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.self_attention(self.norm_2(x), memory, memory, memory_mask)
        return x + self.dropout(looked_up), weights


@misconception(
    tell="There is no relu between W_1 and W_2: the two are one matrix, and the network is a plain linear layer.",
    ask="What can W_2(W_1(x)) do that a single matrix could not?",
    hint=3,
)
class relu_missing(Layer):
    def network(self, x):
        return self.W_2(self.W_1(x))


@misconception(
    tell="Between W_1 and W_2 stands a gelu. Later models have it; this one has relu.",
    ask="What is max(0, -1), and what does your network make of -1?",
    hint=3,
)
class gelu_for_relu(Layer):
    def network(self, x):
        return self.W_2(functional.gelu(self.W_1(x)))


@misconception(
    tell="Your layer drops numbers in evaluation too. torch's functional dropout does, unless told training=False.",
    ask="Who tells your dropout whether the layer is in training or in evaluation?",
)
class dropout_in_evaluation(Layer):
    def forward(self, x, memory, mask, memory_mask):
        training = self.dropout.training
        self.dropout.train()
        result = super().forward(x, memory, mask, memory_mask)
        self.dropout.train(training)
        return result


@misconception(
    tell="Your dropout has a rate of its own, 0.1, whatever the layer is made with.",
    ask="Which argument of the constructor says how much is dropped, and where in your forward does it arrive?",
)
class dropout_at_a_rate_of_its_own(Layer):
    def forward(self, x, memory, mask, memory_mask):
        rate, self.dropout.p = self.dropout.p, 0.1
        result = super().forward(x, memory, mask, memory_mask)
        self.dropout.p = rate
        return result


@misconception(
    tell="What the two attentions add is dropped in evaluation too; what the network adds is not.",
    ask="Who tells your dropout whether the layer is in training or in evaluation?",
)
class attentions_dropped_in_evaluation(Layer):
    def look_around(self, x, mask):
        return x + functional.dropout(self.around(self.norm_1(x), mask)[0], self.dropout.p)

    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        return x + functional.dropout(looked_up, self.dropout.p), weights


@misconception(
    tell="Nothing is ever dropped, in training neither.",
    ask="Which part you were given does your forward not use?",
    hint=3,
)
class dropout_missing(Layer):
    def forward(self, x, memory, mask, memory_mask):
        rate, self.dropout.p = self.dropout.p, 0.0
        result = super().forward(x, memory, mask, memory_mask)
        self.dropout.p = rate
        return result


@misconception(
    tell="What the self-attention adds is never dropped.",
    ask="x + dropout(sublayer(norm(x))): how many sublayers are there?",
    hint=3,
)
class dropout_missing_on_self_attention(Layer):
    def look_around(self, x, mask):
        return x + self.around(self.norm_1(x), mask)[0]


@misconception(
    tell="What the feed-forward network adds is never dropped.",
    ask="x + dropout(sublayer(norm(x))): how many sublayers are there?",
    hint=3,
)
class dropout_missing_on_feed_forward(Layer):
    def think(self, x):
        return x + self.network(self.norm_3(x))


@misconception(
    tell="What the cross-attention adds is never dropped.",
    ask="x + dropout(sublayer(norm(x))): how many sublayers are there?",
    hint=3,
)
class dropout_missing_on_cross_attention(Layer):
    def look_up(self, x, memory, memory_mask):
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        return x + looked_up, weights


@misconception(
    tell="Dropout falls on the sum, so on the stream itself, and what is dropped there is gone for all layers above.",
    ask="Where does the bracket of dropout close: before the sum or behind it?",
    hint=3,
)
class dropout_on_the_stream(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x = self.dropout(x + self.around(self.norm_1(x), mask)[0])
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        x = self.dropout(x + looked_up)
        return self.dropout(x + self.network(self.norm_3(x))), weights


@misconception(
    tell="Dropout falls on the weights you return as well.",
    ask="After dropout, do the weights of one query still sum to one?",
    hint=3,
)
class dropout_on_the_weights(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x, weights = super().forward(x, memory, mask, memory_mask)
        return x, self.dropout(weights)


@misconception(
    tell="Dropout falls inside the feed-forward network as well, behind the relu. Many libraries do that; here it "
    "falls once, on what comes out.",
    ask="In x + dropout(sublayer(norm(x))), how often does dropout stand for each sublayer?",
    hint=3,
)
class dropout_inside_the_network_too(Layer):
    def network(self, x):
        return self.W_2(self.dropout(torch.relu(self.W_1(x))))


@misconception(
    tell="What is not dropped is not scaled up, so in training a sublayer adds less, on average, than in evaluation.",
    ask="Half of the numbers are dropped. What has to happen to the others for the sum to stay the same on average?",
)
class kept_numbers_not_scaled(Layer):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.dropout = NotScaled(dropout)


@misconception(
    tell="x += ... writes into the caller's x.",
    ask="What is the difference between x += y and x = x + y for the one who passed x in?",
)
class added_in_place(Layer):
    def look_around(self, x, mask):
        x += self.dropout(self.around(self.norm_1(x), mask)[0])
        return x


@misconception(
    tell="The weights you return are cut off from their gradient: nothing can be learned from where the layer looked.",
    ask="Which of .detach(), .data or torch.no_grad() is in your code, and what for?",
)
class weights_without_gradient(Layer):
    def look_up(self, x, memory, memory_mask):
        x, weights = super().look_up(x, memory, memory_mask)
        return x, weights.detach()


@misconception(
    tell="The memory is cut off from its gradient: the encoder can never learn what the decoder needed.",
    ask="What trains the encoder, if not the gradient that comes back through memory?",
)
class memory_without_gradient(Layer):
    def look_up(self, x, memory, memory_mask):
        return super().look_up(x, memory.detach(), memory_mask)


@misconception(
    tell="The two matrices of your feed-forward network have no bias.",
    ask="The network is W_2(relu(W_1(x))), written out max(0, x W + b) W + b. Which letters do your layers lack?",
)
class network_without_biases(DecoderLayer):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.W_1 = nn.Linear(d_model, d_ff, bias=False)
        self.W_2 = nn.Linear(d_ff, d_model, bias=False)


@misconception(
    tell="You make a tensor of your own on the CPU, wherever the layer is.",
    ask="Which tensor do you make, and how would it come to lie where x lies?",
)
class made_on_the_cpu(Layer):
    def look_up(self, x, memory, memory_mask):
        x, weights = super().look_up(x, memory, memory_mask)
        return x + torch.zeros(x.shape, dtype=x.dtype), weights


@misconception(
    tell="Everything comes back as float64, whatever the layer is.",
    ask="Which line of yours fixes a dtype, and what would it be if x decided?",
)
class always_float64(Layer):
    def forward(self, x, memory, mask, memory_mask):
        x, weights = super().forward(x, memory, mask, memory_mask)
        return x.double(), weights.double()
